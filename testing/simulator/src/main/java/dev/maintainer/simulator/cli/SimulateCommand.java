package dev.maintainer.simulator.cli;

import dev.maintainer.simulator.BarrierCounts;
import dev.maintainer.simulator.Outcome;
import dev.maintainer.simulator.SimulationSpec;
import dev.maintainer.simulator.Statistics;
import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.search.Search;
import dev.maintainer.simulator.search.Shrinker;
import dev.maintainer.simulator.search.Simulation;
import dev.maintainer.simulator.search.Story;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Searches simulated clusters for violated invariants. Exit status: 0 none, 1 one is violated, 2 an option cannot be used. */
@Command(
        name = "maintainer simulate",
        mixinStandardHelpOptions = true,
        description = {
            "Runs simulated clusters full of faults and looks for violated invariants.",
            "Exit status 1 if one is found; the world is made small and its story told."
        })
public final class SimulateCommand implements Callable<Integer> {
    private static final long PROGRESS_NANOS = 1_000_000_000L;
    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_HOUR = 3_600_000.0;
    private static final int MOST_HOURS = 100;
    private static final int MOST_RUNS = 3_000;
    private static final int MOST_RUNS_OF_DAYS = 200;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "100",
            description = "how many seeds for each workload; default ${DEFAULT-VALUE}")
    private long seeds;

    @Option(
            names = "--from",
            paramLabel = "S",
            description = "the first seed; default 1; \"fresh\" draws one and prints it")
    private @Nullable String from;

    @Option(names = "--seed", paramLabel = "S", description = "this one seed only, and tell its story")
    private @Nullable Long seed;

    @Option(
            names = "--workload",
            paramLabel = "W",
            split = ",",
            description = "one or some; default all: ${COMPLETION-CANDIDATES}")
    private List<Workload> workloads = new ArrayList<>();

    @Option(names = "--nodes", paramLabel = "N", defaultValue = "0", description = "nodes at the beginning")
    private int nodes;

    @Option(names = "--spans", paramLabel = "N", defaultValue = "0", description = "tables at the beginning")
    private int spans;

    @Option(
            names = "--minutes",
            paramLabel = "M",
            defaultValue = "0",
            description = "virtual minutes of faults in each world")
    private int minutes;

    @Option(
            names = "--hours",
            paramLabel = "H",
            defaultValue = "0",
            description = {
                "virtual hours that each world lives: long days that are calm, but for a spell of faults",
                "every ten minutes or so"
            })
    private int hours;

    @Option(
            names = "--logs",
            description = {
                "nodes read logs with the dispatchers of the product, in all workloads; else only in SOURCE_ENDS and",
                "LIVE_SOURCE, and the others have models of dispatchers"
            })
    private boolean logs;

    @Option(
            names = "--seconds",
            paramLabel = "S",
            defaultValue = "0",
            description = "stop after so many seconds of real time; default: never")
    private int seconds;

    @Option(
            names = "--threads",
            paramLabel = "N",
            defaultValue = "0",
            description = "worlds at a time; default: one per processor")
    private int threads;

    @Option(
            names = "--events",
            paramLabel = "N",
            defaultValue = "80",
            description = "how many events of a story to tell; default ${DEFAULT-VALUE}")
    private int events;

    SimulateCommand() {}

    /** Runs the command and ends the process. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** The command, to be run or to be asked what it understands. */
    public static CommandLine commandLine() {
        return new CommandLine(new SimulateCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler((mistake, arguments) -> {
                    PrintWriter err = mistake.getCommandLine().getErr();
                    err.println("usage: maintainer simulate [OPTIONS]");
                    err.println("       'maintainer simulate --help' tells all");
                    err.println("maintainer: " + mistake.getMessage());
                    return CommandLine.ExitCode.USAGE;
                });
    }

    @Override
    public Integer call() throws InterruptedException {
        check(seeds >= 1, "--seeds must be at least 1");
        check(nodes == 0 || nodes >= 2, "--nodes must be at least 2");
        check(nodes <= 1_000 && spans <= 1_000_000 && minutes <= 10_000, "that is more than a machine can hold");
        check(nodes >= 0 && spans >= 0 && minutes >= 0 && seconds >= 0 && threads >= 0, "no number may be negative");
        check(hours >= 0 && hours <= MOST_HOURS, "--hours must be from 1 to " + MOST_HOURS);
        check(hours == 0 || minutes == 0, "--hours are of calm days, and --minutes of faulty ones; give one of them");
        List<Workload> chosen = workloads.isEmpty() ? List.of(Workload.values()) : workloads;
        return seed != null ? one(chosen, seed) : many(chosen, firstSeed());
    }

    private void check(boolean holds, String what) {
        if (!holds) {
            throw new ParameterException(spec.commandLine(), what);
        }
    }

    private long firstSeed() {
        if (from == null) {
            return 1;
        }
        if (from.equals("fresh")) {
            return ThreadLocalRandom.current().nextLong(1_000_000, 1_000_000_000_000L);
        }
        try {
            return Long.parseLong(from);
        } catch (NumberFormatException e) {
            throw new ParameterException(spec.commandLine(), "--from takes a number or \"fresh\", not " + from, e);
        }
    }

    private SimulationSpec world(Workload workload, long number) {
        SimulationSpec drawn = hours > 0
                ? SimulationSpec.day(workload, number, nodes, spans, hours * (long) MILLIS_PER_HOUR)
                : SimulationSpec.of(workload, number, nodes, spans, minutes * 60_000L);
        return logs ? drawn.withLogs(true) : drawn;
    }

    private int one(List<Workload> chosen, long number) {
        PrintWriter out = spec.commandLine().getOut();
        int status = CommandLine.ExitCode.OK;
        for (Workload workload : chosen) {
            Outcome outcome = Simulation.tell(world(workload, number));
            if (outcome.violation() == null) {
                List<String> story = outcome.story();
                story.subList(Math.max(0, story.size() - events), story.size()).forEach(out::println);
            } else {
                status = CommandLine.ExitCode.SOFTWARE;
                tellSmallest(outcome, out);
            }
            out.printf(
                    Locale.ROOT,
                    "%s, seed %d: %s, hash %016x%n",
                    workload,
                    number,
                    outcome.violation() == null
                            ? "nothing is violated"
                            : outcome.violation().describe(),
                    outcome.hash());
        }
        out.flush();
        return status;
    }

    private int many(List<Workload> chosen, long first) throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        out.printf("workloads %s, seeds %d to %d%n", chosen, first, first + seeds - 1);
        out.flush();
        long began = System.nanoTime();
        long end = seconds == 0 ? Long.MAX_VALUE : seconds * (long) NANOS_PER_SECOND;
        int kinds = chosen.size();
        Progress progress = new Progress(out, began);
        Search.Found found = new Search(threads == 0 ? Runtime.getRuntime().availableProcessors() : threads, 1, () -> 0)
                .until(() -> System.nanoTime() - began >= end)
                .run(
                        0,
                        seeds * kinds,
                        number -> world(chosen.get((int) (number % kinds)), first + number / kinds),
                        progress::add);
        progress.end(found);
        found.violations().stream().findFirst().ifPresent(outcome -> tellSmallest(outcome, out));
        out.flush();
        return found.violations().isEmpty() ? CommandLine.ExitCode.OK : CommandLine.ExitCode.SOFTWARE;
    }

    private void tellSmallest(Outcome violated, PrintWriter out) {
        SimulationSpec before = violated.spec();
        out.printf("%nviolated in %s, seed %d; making it smaller...%n%n", before.workload(), before.seed());
        out.flush();
        Shrinker shrinker = new Shrinker(hours == 0 ? MOST_RUNS : MOST_RUNS_OF_DAYS);
        Outcome smallest = shrinker.shrink(violated);
        Story.of(smallest, events).forEach(out::println);
        out.printf(
                "%nmade small in %d runs. The whole of it: maintainer simulate --workload %s --seed %d%s%s%n",
                shrinker.runs(),
                before.workload(),
                before.seed(),
                hours == 0 ? "" : " --hours " + hours,
                logs ? " --logs" : "");
    }

    /** A line now and then, and the sum at the end. */
    private static final class Progress {
        private final PrintWriter out;
        private final long began;
        private long shownAt;
        private Statistics sum = Statistics.NONE;

        Progress(PrintWriter out, long began) {
            this.out = out;
            this.began = began;
            this.shownAt = began;
        }

        void add(Outcome outcome) {
            sum = sum.plus(outcome.statistics());
            long now = System.nanoTime();
            if (now - shownAt >= 10 * PROGRESS_NANOS) {
                shownAt = now;
                show(now);
            }
        }

        private void show(long now) {
            double seconds = (now - began) / NANOS_PER_SECOND;
            out.printf(
                    Locale.ROOT,
                    "%6.0f s: %,d worlds, %,d handoffs, %.1f virtual hours (%,.0f virtual s/s, %,.0f handoffs/s)%n",
                    seconds,
                    sum.worlds(),
                    sum.handoffs(),
                    sum.virtualMillis() / MILLIS_PER_HOUR,
                    sum.virtualMillis() / 1_000.0 / seconds,
                    sum.handoffs() / seconds);
            out.flush();
        }

        void end(Search.Found found) {
            show(System.nanoTime());
            out.printf(
                    Locale.ROOT,
                    "%,d messages; settled %d ms after the last fault at the latest; %,d writes held by the fence,"
                            + " %,d replays beside a zombie, %,d beside a node that nobody alive had heard of%n",
                    sum.messages(),
                    sum.settledAfterMillis(),
                    sum.heldWrites(),
                    sum.zombieWrites(),
                    sum.unheardOfWrites());
            out.printf(
                    Locale.ROOT,
                    "%,d splits and %,d merges, %,d handoffs with one of them in flight; %,d nodes emptied, %,d handoffs"
                            + " during a drain, %,d with a redo log; %,d nodes expelled, %,d planners' sessions lost%n",
                    sum.splits(),
                    sum.merges(),
                    sum.handoffsAmidDivision(),
                    sum.drains(),
                    sum.handoffsAmidDrain(),
                    sum.handoffsWithRedo(),
                    sum.expelled(),
                    sum.sessionsLost());
            BarrierCounts barriers = sum.barriers();
            out.printf(
                    Locale.ROOT,
                    "%,d block events executed, %,d of them again, %,d refusals; handoffs while one was collecting %,d,"
                            + " writing %,d, refused %,d, passing %,d%n",
                    barriers.executed(),
                    barriers.executedAgain(),
                    barriers.refused(),
                    barriers.handoffsCollecting(),
                    barriers.handoffsWriting(),
                    barriers.handoffsRefused(),
                    barriers.handoffsPassing());
            sum.incidents().forEach((kind, count) -> out.printf(Locale.ROOT, "  %,12d %s%n", count, kind));
            out.printf("hash of all worlds: %016x%n", found.hash());
            out.println(found.violated() == 0 ? "nothing is violated" : found.violated() + " worlds are violated");
        }
    }
}
