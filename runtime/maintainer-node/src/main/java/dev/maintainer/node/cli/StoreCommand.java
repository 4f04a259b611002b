package dev.maintainer.node.cli;

import dev.maintainer.api.text.Printable;
import dev.maintainer.node.server.Stores;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Copies of what a cluster keeps in its store. */
@Command(
        name = "store",
        mixinStandardHelpOptions = true,
        description = "Copy what a cluster keeps in ZooKeeper into a file, bring it back, or show a record.")
final class StoreCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    StoreCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name a command: export, import or cat");
    }

    @Command(
            name = "export",
            mixinStandardHelpOptions = true,
            description = "Copies all records into a file; nodes may run meanwhile.")
    int export(
            @Mixin StoreMixin store,
            @Option(names = "--file", required = true, paramLabel = "FILE", description = "is replaced when complete")
                    Path file) {
        int records = Stores.provider().copies(store.settings()).export(file);
        say(records + " records of " + store.shown() + " are in " + file);
        return MaintainerCommand.RIGHT;
    }

    @Command(
            name = "import",
            mixinStandardHelpOptions = true,
            description = "Brings a copy back into a cluster that was initialised; no node may run.")
    int restore(
            @Mixin StoreMixin store,
            @Option(names = "--file", required = true, paramLabel = "FILE", description = "as 'export' has written it")
                    Path file,
            @Option(names = "--force", description = "replace records that are there") boolean force) {
        int records = Stores.provider().copies(store.settings()).restore(file, force);
        say(records + " records of " + file + " are in " + store.shown());
        return MaintainerCommand.RIGHT;
    }

    @Command(
            name = "cat",
            mixinStandardHelpOptions = true,
            description = "Shows a record as JSON, or what is in a directory.")
    int cat(
            @Mixin StoreMixin store,
            @Parameters(
                            paramLabel = "PATH",
                            description =
                                    "below the root, such as roster, or changefeeds, which has the records of changefeeds")
                    String path) {
        say(Stores.provider().copies(store.settings()).cat(path));
        return MaintainerCommand.RIGHT;
    }

    private void say(String text) {
        spec.commandLine().getOut().println(Printable.lines(text));
    }
}
