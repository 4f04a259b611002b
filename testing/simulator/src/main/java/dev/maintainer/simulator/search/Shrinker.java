package dev.maintainer.simulator.search;

import dev.maintainer.simulator.Outcome;
import dev.maintainer.simulator.SimulationSpec;
import dev.maintainer.simulator.incident.FaultMix;
import dev.maintainer.simulator.incident.Incident;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes a world that violates an invariant small: fewer incidents (by delta debugging; Zeller and Hildebrandt 2002),
 * fewer kinds of faults, fewer nodes, changefeeds and tables, a shorter day. Without an incident the rest takes another course, so a
 * smaller world counts if it violates the same invariant with one of a few seeds.
 */
public final class Shrinker {
    private static final int SEEDS_PER_WORLD = 4;
    private static final long OTHER_SEED = 1_000_003;
    private static final int FEWEST_NODES = 2;
    private static final int FEWEST_TABLES = 1;
    private static final long SHORTEST_MILLIS = 500;
    private static final List<Long> LAST_MILLIS = List.of(300_000L, 1_200_000L, 3_600_000L);

    private final int mostRuns;
    private final Function<SimulationSpec, Outcome> simulation;
    private int runs;

    /**
     * A shrinker.
     *
     * @param mostRuns how many worlds it may run
     */
    public Shrinker(int mostRuns) {
        this(mostRuns, Simulation::run);
    }

    Shrinker(int mostRuns, Function<SimulationSpec, Outcome> simulation) {
        this.mostRuns = mostRuns;
        this.simulation = simulation;
    }

    /** How many worlds it has run. */
    public int runs() {
        return runs;
    }

    /**
     * The smallest world that it finds with the same violated invariant.
     *
     * @throws IllegalArgumentException if the outcome has no violation
     */
    public Outcome shrink(Outcome violated) {
        Violation violation = violated.violation();
        if (violation == null) {
            throw new IllegalArgumentException(
                    "nothing is violated in seed " + violated.spec().seed());
        }
        Outcome smallest = lastHour(violated, violation.invariant());
        Outcome before;
        do {
            before = smallest;
            smallest = fewerIncidents(smallest, violation.invariant());
            smallest = fewerFaults(smallest, violation.invariant());
            smallest = fewerThings(smallest, violation.invariant());
        } while (!smallest.equals(before) && runs < mostRuns);
        return smallest;
    }

    /** Of a long day only what came shortly before the violation, if that is enough: all else takes long to run. */
    private Outcome lastHour(Outcome from, Invariant invariant) {
        long violatedAt = from.statistics().virtualMillis();
        for (long last : LAST_MILLIS) {
            if (violatedAt > 2 * last && runs < mostRuns) {
                Outcome found = violated(lastOf(from.spec(), violatedAt - last, last), invariant);
                if (found != null) {
                    return found;
                }
            }
        }
        return from;
    }

    private static SimulationSpec lastOf(SimulationSpec day, long from, long millis) {
        List<Incident> last = day.incidents().stream()
                .filter(incident -> incident.atMillis() >= from)
                .map(incident -> incident.after(-from))
                .filter(incident -> incident.atMillis() <= millis)
                .toList();
        return day.toBuilder().faultyMillis(millis).incidents(last).build();
    }

    private Outcome fewerIncidents(Outcome from, Invariant invariant) {
        Outcome smallest = from;
        int chunk = Math.max(1, from.spec().incidents().size() / 2);
        while (runs < mostRuns) {
            boolean smaller = false;
            for (int start = 0; start < smallest.spec().incidents().size() && runs < mostRuns; ) {
                List<Incident> rest = new ArrayList<>(smallest.spec().incidents());
                rest.subList(start, Math.min(rest.size(), start + chunk)).clear();
                Outcome found = violated(smallest.spec().with(rest), invariant);
                if (found != null) {
                    smallest = found;
                    smaller = true;
                } else {
                    start += chunk;
                }
            }
            if (chunk == 1 && !smaller) {
                return smallest;
            }
            chunk = Math.max(1, chunk / 2);
        }
        return smallest;
    }

    private Outcome fewerFaults(Outcome from, Invariant invariant) {
        Outcome smallest = from;
        for (boolean smaller = true; smaller && runs < mostRuns; ) {
            smaller = false;
            for (FaultMix simpler : smallest.spec().faults().simpler()) {
                Outcome found = violated(smallest.spec().with(simpler), invariant);
                if (found != null) {
                    smallest = found;
                    smaller = true;
                    break;
                }
            }
        }
        return smallest;
    }

    private Outcome fewerThings(Outcome from, Invariant invariant) {
        Outcome smallest = from;
        for (boolean smaller = true; smaller && runs < mostRuns; ) {
            smaller = false;
            for (SimulationSpec candidate : smallerThan(smallest.spec())) {
                Outcome found = violated(candidate, invariant);
                if (found != null) {
                    smallest = found;
                    smaller = true;
                    break;
                }
            }
        }
        return smallest;
    }

    private static List<SimulationSpec> smallerThan(SimulationSpec spec) {
        List<SimulationSpec> smaller = new ArrayList<>();
        for (int tables : new int[] {FEWEST_TABLES, spec.tables() / 2, spec.tables() - 1}) {
            if (tables >= FEWEST_TABLES && tables < spec.tables()) {
                smaller.add(with(spec, spec.nodes(), tables, spec.faultyMillis()));
            }
        }
        if (spec.changefeeds() > 1) {
            smaller.add(spec.withChangefeeds(spec.changefeeds() - 1));
        }
        if (spec.redo()) {
            smaller.add(spec.in(spec.seed(), spec.nodes(), spec.tables(), false, spec.faultyMillis()));
        }
        if (spec.nodes() > FEWEST_NODES) {
            smaller.add(with(spec, FEWEST_NODES, spec.tables(), spec.faultyMillis()));
            smaller.add(with(spec, spec.nodes() - 1, spec.tables(), spec.faultyMillis()));
        }
        if (spec.faultyMillis() > SHORTEST_MILLIS) {
            smaller.add(with(spec, spec.nodes(), spec.tables(), Math.max(SHORTEST_MILLIS, spec.faultyMillis() / 2)));
        }
        return smaller;
    }

    /** The world with the first of a few seeds that violates the invariant; null if none does. */
    private @Nullable Outcome violated(SimulationSpec spec, Invariant invariant) {
        for (int i = 0; i < SEEDS_PER_WORLD && runs < mostRuns; i++) {
            runs++;
            Outcome outcome = simulation.apply(spec.in(
                    spec.seed() + i * OTHER_SEED, spec.nodes(), spec.tables(), spec.redo(), spec.faultyMillis()));
            if (outcome.violation() != null && outcome.violation().invariant() == invariant) {
                return outcome;
            }
        }
        return null;
    }

    private static SimulationSpec with(SimulationSpec spec, int nodes, int tables, long faultyMillis) {
        return spec.in(spec.seed(), nodes, tables, spec.redo(), faultyMillis);
    }
}
