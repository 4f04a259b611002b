package dev.maintainer.demo.postgres;

import dev.maintainer.api.text.Printable;
import dev.maintainer.node.run.RunFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Two servers, traffic, and a cluster that replicates one into the other. */
@Command(
        name = "maintainer demo postgres",
        mixinStandardHelpOptions = true,
        description = {
            "Replicate one PostgreSQL server into another on this machine, both of which are started for it, while"
                    + " applications write, maintainers are handed over, a node is killed and the servers are started again.",
            "Exit status 0 only if both are equal in the end, no row was applied twice, and no slot is left."
        })
public final class PostgresDemoCommand implements Callable<Integer> {
    private static final int MOST_NODES = 8;
    private static final int MOST_SECONDS = 3_600;
    private static final int LEAST_ACCOUNTS = 1_000;
    private static final int MOST_ACCOUNTS = 10_000_000;
    private static final int MOST_CLIENTS = 32;
    private static final int RIGHT = 0;
    private static final int WRONG = 1;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--nodes", paramLabel = "N", description = "how many nodes (default: ${DEFAULT-VALUE})")
    private int nodes = 3;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            description = "how long applications write at least, while what happens happens again and again"
                    + " (default: ${DEFAULT-VALUE})")
    private int seconds = 30;

    @Option(
            names = "--accounts",
            paramLabel = "N",
            description = "how many rows the largest table has (default: ${DEFAULT-VALUE})")
    private int accounts = 40_000;

    @Option(
            names = "--clients",
            paramLabel = "N",
            description = "how many applications write payments (default: ${DEFAULT-VALUE})")
    private int clients = 3;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "where configurations and logs of the nodes are kept (default: a temporary directory)")
    private @Nullable Path directory;

    private PostgresDemoCommand() {}

    /** Runs it. */
    public static void main(String[] arguments) {
        System.exit(new CommandLine(new PostgresDemoCommand())
                .setExecutionExceptionHandler(new ToldFailures("demo", WRONG))
                .execute(arguments));
    }

    @Override
    public Integer call() throws IOException, RunFailedException, InterruptedException, SQLException {
        check("--nodes", nodes, 2, MOST_NODES);
        check("--seconds", seconds, 1, MOST_SECONDS);
        check("--accounts", accounts, LEAST_ACCOUNTS, MOST_ACCOUNTS);
        check("--clients", clients, 1, MOST_CLIENTS);
        Path own = directory;
        PrintWriter out = spec.commandLine().getOut();
        PostgresDemo demo = new PostgresDemo(
                new DemoSize(nodes, seconds, accounts, clients),
                own == null ? Files.createTempDirectory("maintainer-demo").resolve("cluster") : own,
                line -> {
                    out.println(Printable.line(line));
                    out.flush();
                });
        return demo.run() ? RIGHT : WRONG;
    }

    private void check(String option, int value, int least, int most) {
        if (value < least || value > most) {
            throw new ParameterException(
                    spec.commandLine(), option + " " + value + " must be from " + least + " to " + most);
        }
    }
}
