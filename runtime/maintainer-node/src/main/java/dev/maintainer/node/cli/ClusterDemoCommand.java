package dev.maintainer.node.cli;

import dev.maintainer.api.text.Printable;
import dev.maintainer.node.demo.ClusterDemo;
import dev.maintainer.node.run.RunFailedException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A cluster of processes on this machine, from its beginning to its end. */
@Command(
        name = "cluster-demo",
        mixinStandardHelpOptions = true,
        description = {
            "Run a cluster of processes on this machine: ZooKeeper, nodes, a changefeed whose log grows. The maintainer is"
                    + " handed over, its node is killed, and in the end the sink is compared with the log.",
            "Exit status 0 only if they are equal."
        })
final class ClusterDemoCommand implements Callable<Integer> {
    private static final int MOST_NODES = 16;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(names = "--nodes", paramLabel = "N", description = "how many nodes (default: ${DEFAULT-VALUE})")
    private int nodes = 3;

    @Option(
            names = "--dir",
            required = true,
            paramLabel = "DIR",
            description = "where configurations, logs, data and the sink are kept; a new or empty directory")
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Option(names = "--changelog", paramLabel = "FILE", description = "what is replicated (default: the sample)")
    private @Nullable Path changelog;

    ClusterDemoCommand() {}

    @Override
    public Integer call() throws IOException, RunFailedException, InterruptedException {
        if (nodes < 2 || nodes > MOST_NODES) {
            throw new ParameterException(
                    spec.commandLine(), "--nodes " + nodes + " must be from 2 to " + MOST_NODES + ": one is killed");
        }
        PrintWriter out = spec.commandLine().getOut();
        boolean equal = new ClusterDemo(nodes, directory, changelog, line -> {
                    out.println(Printable.line(line));
                    out.flush();
                })
                .run();
        return equal ? MaintainerCommand.RIGHT : MaintainerCommand.WRONG;
    }
}
