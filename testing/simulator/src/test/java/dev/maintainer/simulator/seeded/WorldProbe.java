package dev.maintainer.simulator.seeded;

import dev.maintainer.simulator.SimulationSpec;
import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.search.Simulation;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * Runs worlds until one of them violates an invariant, within a class loader of its own: only classes of the JDK go in
 * and come out. The first half of the worlds has the likely workloads, seed 1 of each, then seed 2; the other half has
 * all of them. A world in which another invariant is violated than those that are looked for is passed by: a bug has
 * many effects, and which of them is seen first changes with every change of the worlds.
 *
 * <p>Takes the names of the likely workloads, those of the invariants that count (none: all), how many worlds to run at
 * most, whether to tell the story of the violation, and the workload and the seed of a world to run before all others, which
 * is not counted (no workload: none); returns how many were run and, if something was violated, the
 * invariant, the text, the workload, the seed and the story: of the first violation that counts, or else of the first
 * one that was passed by.
 */
public final class WorldProbe implements Function<Object[], Object[]> {
    /** The worlds in which processes find out by themselves who is a member. */
    private static final Set<Workload> ON_MEMBERSHIP = EnumSet.of(Workload.MEMBERSHIP, Workload.CLUSTER);

    private final Map<Workload, Long> seeds = new EnumMap<>(Workload.class);

    /** A probe; made by its name. */
    public WorldProbe() {}

    @Override
    public Object[] apply(Object[] wanted) {
        List<Workload> likely =
                Arrays.stream((String[]) wanted[0]).map(Workload::valueOf).toList();
        Set<String> counting = Set.of((String[]) wanted[1]);
        int most = (Integer) wanted[2];
        boolean telling = (Boolean) wanted[3];
        // Other worlds have nothing of what these are about.
        boolean alone = !likely.isEmpty() && ON_MEMBERSHIP.containsAll(likely);
        List<Workload> others = alone ? likely : List.of(Workload.values());
        for (String recorded : (String[]) wanted[4]) {
            SimulationSpec spec = SimulationSpec.of(Workload.valueOf(recorded), (Long) wanted[5]);
            Violation violation = Simulation.run(spec).violation();
            if (violation != null
                    && (counting.isEmpty()
                            || counting.contains(violation.invariant().name()))) {
                return answer(0, spec, violation, telling);
            }
        }
        Object[] passedBy = null;
        for (int i = 0; i < most; i++) {
            List<Workload> turn = likely.isEmpty() || i >= most / 2 ? others : likely;
            SimulationSpec spec = next(turn.get(i % turn.size()));
            Violation violation = Simulation.run(spec).violation();
            if (violation == null) {
                continue;
            }
            boolean counts = counting.isEmpty()
                    || counting.contains(violation.invariant().name());
            if (counts || passedBy == null) {
                Object[] found = answer(i + 1, spec, violation, telling);
                if (counts) {
                    return found;
                }
                passedBy = found;
            }
        }
        return passedBy == null ? new Object[] {most} : passedBy;
    }

    private static Object[] answer(int worlds, SimulationSpec spec, Violation violation, boolean telling) {
        String[] story = telling ? Simulation.tell(spec).story().toArray(new String[0]) : new String[0];
        return new Object[] {
            worlds,
            violation.invariant().name(),
            String.valueOf(violation.getMessage()),
            spec.workload().name(),
            spec.seed(),
            story
        };
    }

    private SimulationSpec next(Workload workload) {
        return SimulationSpec.of(workload, seeds.merge(workload, 1L, Long::sum));
    }
}
