package dev.maintainer.node.cli;

import dev.maintainer.api.model.TableName;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.files.FinishedTables;
import dev.maintainer.connector.files.SinkDirectory;
import dev.maintainer.node.run.StateDifference;
import dev.maintainer.replication.state.RowCursor;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Compares the tables of a sink with an expected state. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = "Compares the tables of a finished sink with an expected state. Exit status 1 if they differ.")
final class VerifyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--sink",
            required = true,
            paramLabel = "DIR",
            converter = SinkPath.class,
            description = "the sink of a finished run, of files")
    @SuppressWarnings("NullAway.Init")
    private Path sink;

    @Option(
            names = "--expected",
            required = true,
            paramLabel = "FILE",
            description = "schema, table, key, blob, mode; tab separated; .tsv or .tsv.gz")
    @SuppressWarnings("NullAway.Init")
    private Path expected;

    VerifyCommand() {}

    @Override
    public Integer call() {
        SortedMap<TableName, SortedMap<String, String>> wanted = ExpectedState.read(expected);
        FinishedTables tables = FinishedTables.of(SinkDirectory.of(sink));
        StateDifference difference = StateDifference.between(
                new TreeSet<>(wanted.keySet()),
                name -> RowCursor.over(wanted.getOrDefault(name, Collections.emptySortedMap())),
                tables.names(),
                tables::cursor,
                true);
        PrintWriter out = spec.commandLine().getOut();
        if (difference.isNone()) {
            out.println(difference.rows() + " rows, all as expected");
            return MaintainerCommand.RIGHT;
        }
        out.println(difference.count() + " differences in " + difference.rows() + " expected rows; the first:");
        difference.first().forEach(line -> out.println("  " + Printable.line(line)));
        return MaintainerCommand.WRONG;
    }
}
