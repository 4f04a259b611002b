package dev.maintainer.demo.postgres.speed;

import dev.maintainer.api.text.Printable;
import dev.maintainer.demo.postgres.ToldFailures;
import dev.maintainer.node.run.RunFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.sql.SQLException;
import java.util.EnumSet;
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
    private int warmUps = 10;

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
                .setExecutionExceptionHandler(new ToldFailures("bench", WRONG));
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
            for (Trial trial : Part.trials(parts, servers, options)) {
                trial.run(report);
            }
        }
        out.println();
        report.table().forEach(out::println);
        out.flush();
        return 0;
    }

    private void check(String option, int value, int least) {
        if (value < least || value > MOST) {
            throw new ParameterException(
                    spec.commandLine(), option + " " + value + " must be from " + least + " to " + MOST);
        }
    }
}
