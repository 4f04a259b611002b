package dev.maintainer.node.cli;

import dev.maintainer.membership.store.StoreProvider;
import dev.maintainer.node.server.SpokenProtocols;
import dev.maintainer.node.server.Stores;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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
        @Spec
        @SuppressWarnings("NullAway.Init")
        private CommandSpec spec;

        @Mixin
        private StoreMixin store = new StoreMixin();

        Init() {}

        @Override
        public Integer call() {
            StoreProvider stores = Stores.provider();
            boolean made = stores.initialise(
                    store.settings(), SpokenProtocols.ofThisProcess().max());
            spec.commandLine()
                    .getOut()
                    .println(store.shown() + (made ? " was made" : " is there already; nothing has changed"));
            return MaintainerCommand.RIGHT;
        }
    }
}
