package dev.maintainer.demo.postgres.speed;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.node.run.RunFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Measures replication from one server into another one, beside what the servers do by themselves. */
@Command(
        name = "maintainer bench postgres",
        mixinStandardHelpOptions = true,
        description = {
            "Measure what replication from PostgreSQL to PostgreSQL costs, beside logical replication of the servers"
                    + " themselves and their tools, in turns, on two servers that are started for it.",
            "Exit status 0 if all that was replicated is right."
        })
public final class SpeedCommand implements Callable<Integer> {
    private static final int WRONG = 1;
    private static final int MOST = 100_000_000;

    /** What can be measured alone. */
    enum Part {
        INSERTS,
        TPCB,
        LARGE,
        READER,
        SNAPSHOT,
        FENCE,
        MOVE,
        TABLES
    }

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--only",
            paramLabel = "PART",
            split = ",",
            description = "what to measure: ${COMPLETION-CANDIDATES} (default: all)")
    private Set<Part> parts = EnumSet.allOf(Part.class);

    @Option(names = "--runs", paramLabel = "N", description = "runs of each side (default: ${DEFAULT-VALUE})")
    private int runs = 5;

    @Option(names = "--warm-ups", paramLabel = "N", description = "runs before them (default: ${DEFAULT-VALUE})")
    private int warmUps = 2;

    @Option(names = "--rows", paramLabel = "N", description = "rows of a run (default: ${DEFAULT-VALUE})")
    private int rows = 300_000;

    @Option(
            names = "--transactions",
            paramLabel = "N",
            description = "transactions of TPC-B of a run (default: ${DEFAULT-VALUE})")
    private int transactions = 40_000;

    @Option(
            names = "--large-rows",
            paramLabel = "N",
            description = "rows of one large transaction (default: ${DEFAULT-VALUE})")
    private int largeRows = 1_000_000;

    @Option(
            names = "--tables",
            paramLabel = "N",
            description = "tables, of which a hundredth is busy (default: ${DEFAULT-VALUE})")
    private int tables = 10_000;

    @Option(names = "--fences", paramLabel = "N", description = "fences, and moves (default: ${DEFAULT-VALUE})")
    private int fences = 200;

    @Option(names = "--durable", description = "let the servers wait for the disk")
    private boolean durable;

    private SpeedCommand() {}

    /** Runs it. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    static CommandLine commandLine() {
        return new CommandLine(new SpeedCommand())
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setExecutionExceptionHandler((problem, line, result) -> {
                    if (problem instanceof MaintainerException
                            || problem instanceof RunFailedException
                            || problem instanceof SQLException) {
                        line.getErr().println("bench: " + Printable.line(String.valueOf(problem.getMessage())));
                        return WRONG;
                    }
                    throw problem;
                });
    }

    @Override
    public Integer call() throws IOException, SQLException, RunFailedException, InterruptedException {
        check("--runs", runs, 1);
        check("--warm-ups", warmUps, 0);
        check("--rows", rows, 2);
        check("--transactions", transactions, 1);
        check("--large-rows", largeRows, 1);
        check("--tables", tables, 1);
        check("--fences", fences, 1);
        SpeedOptions options = new SpeedOptions(
                runs,
                warmUps,
                rows,
                transactions,
                largeRows,
                tables,
                fences,
                durable,
                Files.createTempDirectory("maintainer-bench"));
        PrintWriter out = spec.commandLine().getOut();
        SpeedReport report = new SpeedReport(line -> {
            out.println(Printable.line(line));
            out.flush();
        });
        try (SpeedServers servers = SpeedServers.start(durable)) {
            for (Trial trial : trials(servers, options)) {
                trial.run(report);
            }
        }
        out.println();
        report.table().forEach(out::println);
        out.flush();
        return 0;
    }

    private List<Trial> trials(SpeedServers servers, SpeedOptions options) {
        List<Trial> trials = new ArrayList<>();
        List<Load> loads = loads();
        if (!loads.isEmpty()) {
            trials.add(new ThroughputTrial(servers, options, loads));
        }
        if (parts.contains(Part.READER)) {
            trials.add(new ReaderTrial(servers, options));
        }
        if (parts.contains(Part.SNAPSHOT)) {
            trials.add(new SnapshotTrial(servers, options));
        }
        if (parts.contains(Part.FENCE)) {
            trials.add(new FenceTrial(servers, options));
        }
        if (parts.contains(Part.MOVE)) {
            trials.add(new MoveTrial(servers, options));
        }
        if (parts.contains(Part.TABLES)) {
            trials.add(new ManyTablesTrial(servers, options));
        }
        return trials;
    }

    private List<Load> loads() {
        List<Load> loads = new ArrayList<>();
        if (parts.contains(Part.INSERTS)) {
            loads.add(new InsertLoad("inserts, 100 a transaction, one span", "one", rows, 100, false, "0.50"));
            loads.add(new InsertLoad("inserts, 100 a transaction, two spans", "two", rows, 100, true, "0.65"));
        }
        if (parts.contains(Part.TPCB)) {
            loads.add(new PaymentLoad(transactions, "0.95"));
        }
        if (parts.contains(Part.LARGE)) {
            loads.add(new InsertLoad("inserts, all in one transaction", "large", largeRows, largeRows, false, ""));
        }
        return loads;
    }

    private void check(String option, int value, int least) {
        if (value < least || value > MOST) {
            throw new ParameterException(
                    spec.commandLine(), option + " " + value + " must be from " + least + " to " + MOST);
        }
    }
}
