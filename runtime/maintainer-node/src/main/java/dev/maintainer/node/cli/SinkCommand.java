package dev.maintainer.node.cli;

import dev.maintainer.connector.files.FinishedTables;
import dev.maintainer.connector.files.RedoCheck;
import dev.maintainer.connector.files.RedoLog;
import dev.maintainer.connector.files.SinkCheck;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What can be done with a sink of files that nodes of a cluster write to. */
@Command(
        name = "sink",
        mixinStandardHelpOptions = true,
        description = "Looks into a sink of files, or makes tables of it, while nodes write to it or not.")
final class SinkCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    SinkCommand() {}

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "name what to do with the sink: verify or materialise");
    }

    @Command(
            name = "verify",
            mixinStandardHelpOptions = true,
            description = {
                "Reads all segments that are sealed, compares them with their checksums, and says what there is.",
                "If nodes keep a redo log beside it, or in the directory that is named, looks as well whether the sink has"
                        + " something that the log has not, or has not promised.",
                "Exit status 1 if it has, 2 if something is damaged or missing."
            })
    int verify(
            @Option(
                            names = "--sink",
                            required = true,
                            paramLabel = "DIR",
                            converter = SinkPath.class,
                            description = "the sink, of files")
                    Path sink,
            @Option(
                            names = "--redo",
                            paramLabel = "DIR",
                            converter = SinkPath.class,
                            description = "the redo log, if it is not 'redo' in the sink")
                    @Nullable
                    Path redo) {
        SinkCheck check = SinkCheck.of(sink);
        PrintWriter out = spec.commandLine().getOut();
        // A table that was dropped and created again counts twice, and DDLs count as one.
        out.println("incarnations   " + check.tables());
        out.println("claims         " + check.claims());
        out.println("sealed         " + check.sealed());
        out.println("bytesCounted   " + check.bytesCounted());
        out.println("bytesAfterSeal " + check.bytesAfterSeal());
        Optional<RedoCheck> log = RedoCheck.of(sink, redo == null ? RedoLog.of(sink) : redo);
        if (redo != null && log.isEmpty()) {
            throw new ParameterException(
                    spec.commandLine(), "--redo " + redo + " is no redo log that nodes of a cluster write");
        }
        log.ifPresent(found -> tell(found, out));
        return log.isEmpty() || log.get().isGood() ? MaintainerCommand.RIGHT : MaintainerCommand.WRONG;
    }

    private static void tell(RedoCheck log, PrintWriter out) {
        out.println("redoResolved   " + log.resolvedTs());
        out.println("redoCheckpoint " + log.checkpointTs());
        out.println("redoEpoch      " + log.epoch());
        // Rows and DDLs of the sink.
        out.println("beyondPromise  " + log.beyondPromise());
        out.println("missingInRedo  " + log.missing());
    }

    @Command(
            name = "materialise",
            mixinStandardHelpOptions = true,
            description = {
                "Makes the tables of all that counts in a sink that nodes of a cluster share: DIR/tables.",
                "Exit status 2 if tables are claimed anew meanwhile; then try again."
            })
    int materialise(
            @Option(
                            names = "--sink",
                            required = true,
                            paramLabel = "DIR",
                            converter = SinkPath.class,
                            description = "the sink, of files")
                    Path sink) {
        FinishedTables tables = SinkCheck.materialise(sink);
        spec.commandLine()
                .getOut()
                .println("sink " + sink + ": " + tables.rows() + " rows in "
                        + tables.names().size() + " tables");
        return MaintainerCommand.RIGHT;
    }
}
