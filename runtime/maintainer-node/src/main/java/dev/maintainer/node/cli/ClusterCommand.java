package dev.maintainer.node.cli;

import dev.maintainer.membership.store.StoreProvider;
import dev.maintainer.membership.store.StoreSettings;
import dev.maintainer.node.server.Stores;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What concerns a whole cluster. */
@Command(
        name = "cluster",
        mixinStandardHelpOptions = true,
        description = "What concerns a whole cluster.",
        subcommands = ClusterCommand.Init.class)
final class ClusterCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    ClusterCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command: init");
    }

    /** Makes an empty cluster; nothing else does. */
    @Command(
            name = "init",
            mixinStandardHelpOptions = true,
            description = "Make an empty cluster in ZooKeeper. Nodes never do so: a wrong address would look like an"
                    + " empty cluster.")
    static final class Init implements Callable<Integer> {
        private static final Duration SESSION = Duration.ofSeconds(10);

        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Option(
                names = "--zookeeper",
                required = true,
                paramLabel = "HOST:PORT[,..]",
                description = "the servers of ZooKeeper")
        @SuppressWarnings("NullAway.Init")
        private String connect;

        @Option(
                names = "--root",
                paramLabel = "PATH",
                description = "below which everything of the cluster is (default: ${DEFAULT-VALUE})")
        private String root = "/maintainer";

        @Option(
                names = "--name",
                paramLabel = "NAME",
                description = "what the cluster is called (default: ${DEFAULT-VALUE})")
        private String name = "maintainer";

        Init() {}

        @Override
        public Integer call() {
            StoreProvider stores = Stores.provider();
            boolean made = stores.initialise(new StoreSettings(connect, root, name, SESSION));
            spec.commandLine()
                    .getOut()
                    .println(
                            made
                                    ? "cluster " + name + " was made at " + connect + root
                                    : "cluster " + name + " is at " + connect + root + " already; nothing has changed");
            return MaintainerCommand.RIGHT;
        }
    }
}
