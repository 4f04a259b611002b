package dev.maintainer.node.cli;

import dev.maintainer.connector.files.FinishedTables;
import dev.maintainer.connector.files.RedoRestore;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Makes the state of one moment from a redo log. */
@Command(
        name = "restore",
        mixinStandardHelpOptions = true,
        description = {
            "Makes the tables of one moment from a redo log alone, when the source or the sink is lost.",
            "Everything that is read is checked; exit status 2 if the log is damaged or does not reach that moment."
        })
final class RestoreCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--redo",
            required = true,
            paramLabel = "DIR",
            description = "the redo log: 'redo' in the directory of a sink")
    @SuppressWarnings("NullAway.Init")
    private Path redo;

    @Option(
            names = "--at",
            paramLabel = "COMMIT_TS",
            description =
                    "the moment: with everything that was committed at it or before (default: the last that the log"
                            + " promises)")
    private @Nullable Long at;

    @Option(
            names = "--sink",
            required = true,
            paramLabel = "DIR",
            converter = SinkPath.class,
            description = "where to; new, empty, or a finished sink of the same log, which stays until the end")
    @SuppressWarnings("NullAway.Init")
    private Path sink;

    RestoreCommand() {}

    @Override
    public Integer call() {
        RedoRestore log = RedoRestore.from(redo);
        long moment = at == null ? log.promisedTs() : at;
        FinishedTables tables = log.restore(moment, sink);
        PrintWriter out = spec.commandLine().getOut();
        out.println("sink " + sink + " is the state of " + moment + ": " + tables.rows() + " rows in "
                + tables.names().size() + " tables; redo log " + redo + " is complete up to "
                + log.promisedTs());
        log.successor()
                .ifPresent(next ->
                        out.println("note: that is the log of the last run that has come to its end. One that has"
                                + " not has its own in " + next + ", and nothing of that is in " + sink));
        return MaintainerCommand.RIGHT;
    }
}
