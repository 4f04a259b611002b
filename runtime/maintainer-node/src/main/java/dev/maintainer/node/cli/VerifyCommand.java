package dev.maintainer.node.cli;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogReader;
import dev.maintainer.connector.changelog.LoggedState;
import dev.maintainer.connector.files.FinishedTables;
import dev.maintainer.connector.files.SinkDirectory;
import dev.maintainer.connector.files.Snapshots;
import dev.maintainer.node.run.StateDifference;
import dev.maintainer.replication.route.TableRoutes;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Compares the tables of a sink, or its snapshots, with what they should be. */
@Command(
        name = "verify",
        mixinStandardHelpOptions = true,
        description = {
            "Compares the tables of a finished sink with an expected state, or with a change log.",
            "Or compares its snapshots with the change log, each with the state of its moment; the sink need not be"
                    + " finished.",
            "Exit status 1 if anything differs."
        })
final class VerifyCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--sink",
            required = true,
            paramLabel = "DIR",
            converter = SinkPath.class,
            description = "the sink of a run, of files")
    @SuppressWarnings("NullAway.Init")
    private Path sink;

    @Option(
            names = "--expected",
            paramLabel = "FILE",
            description = "schema, table, key, blob, mode; tab separated; .tsv or .tsv.gz")
    private @Nullable Path expected;

    @Option(
            names = "--changelog",
            paramLabel = "FILE",
            converter = LogFile.Converter.class,
            description = "the change log that was replicated, which is replayed; FILE, or the address of the source,"
                    + " such as changelog:FILE?mode=tail")
    private @Nullable LogFile changelog;

    @Option(
            names = "--snapshots",
            description = "compare DIR/snapshots, which 'run --syncpoint-interval' has written; needs --changelog")
    private boolean snapshots;

    @Option(
            names = "--route",
            paramLabel = "RULE",
            description = "the routes of the run, in their order; needs --changelog")
    private List<String> routes = new ArrayList<>();

    VerifyCommand() {}

    @Override
    public Integer call() {
        if ((expected == null) == (changelog == null)) {
            throw new ParameterException(
                    spec.commandLine(), "give either --expected FILE or --changelog FILE, what the sink should be");
        }
        if (snapshots && changelog == null) {
            throw new ParameterException(
                    spec.commandLine(), "--snapshots needs --changelog FILE, which knows the state of each moment");
        }
        if (!routes.isEmpty() && changelog == null) {
            throw new ParameterException(
                    spec.commandLine(), "--route needs --changelog FILE, whose tables have other names in the sink");
        }
        SinkDirectory directory = SinkDirectory.of(sink);
        if (changelog == null) {
            return compareWithExpected(directory, expected);
        }
        try (ChangeLog log = ChangeLogReader.read(changelog.path())) {
            boolean whole = refuseOther(log, changelog, directory);
            if (snapshots) {
                return compareSnapshots(log, Snapshots.of(directory));
            }
            long ts = whole ? log.endTs() : log.resolvedTs();
            return tell(difference(log.stateAt(ts), FinishedTables.of(directory)));
        }
    }

    private int compareWithExpected(SinkDirectory directory, @Nullable Path file) {
        SortedMap<TableName, SortedMap<String, String>> wanted =
                file == null ? Collections.emptySortedMap() : ExpectedState.read(file);
        FinishedTables tables = FinishedTables.of(directory);
        return tell(StateDifference.between(
                new TreeSet<>(wanted.keySet()),
                name -> RowCursor.over(wanted.getOrDefault(name, Collections.emptySortedMap()).entrySet().stream()
                        .map(row -> new Row(row.getKey(), row.getValue(), null))
                        .iterator()),
                tables.names(),
                name -> withoutDefinitions(tables.cursor(name)),
                true));
    }

    /** A table of expected rows does not say under which definition they were written. */
    private static RowCursor withoutDefinitions(RowCursor rows) {
        return new RowCursor() {
            @Override
            public @Nullable Row next() {
                Row row = rows.next();
                return row == null ? null : new Row(row.key(), row.json(), null);
            }

            @Override
            public void close() {
                rows.close();
            }
        };
    }

    /**
     * Everything would differ. Returns whether the sink has all of the log: of one that is replicated while it is written, it
     * has what the log itself says is complete.
     */
    private boolean refuseOther(ChangeLog log, LogFile file, SinkDirectory directory) {
        String digest = directory.digest();
        if (digest == null) {
            return true;
        }
        TableRoutes parsed = TableRoutes.parse(routes);
        if (log.identities(file.name()).stream().map(parsed::identity).noneMatch(digest::equals)) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "sink " + sink + " is of another change log than " + file
                            + ", or was written with other routes, or its log was given a name; name the one that was"
                            + " replicated to it, as in changelog:FILE?mode=tail&name=NAME, and the routes of that run");
        }
        return digest.equals(parsed.identity(log.digest()));
    }

    private StateDifference difference(LoggedState wanted, FinishedTables tables) {
        SortedMap<TableName, TableName> sources = TableRoutes.parse(routes).byTarget(wanted.names());
        return StateDifference.between(
                new TreeSet<>(sources.keySet()),
                name -> wanted.rows(sources.getOrDefault(name, name)),
                tables.names(),
                tables::cursor,
                false);
    }

    private int tell(StateDifference difference) {
        PrintWriter out = spec.commandLine().getOut();
        if (difference.isNone()) {
            out.println(difference.rows() + " rows, all as expected");
            return MaintainerCommand.RIGHT;
        }
        out.println(difference.count() + " differences in " + difference.rows() + " expected rows; the first:");
        difference.first().forEach(line -> out.println("  " + Printable.line(line)));
        return MaintainerCommand.WRONG;
    }

    private int compareSnapshots(ChangeLog log, Snapshots found) {
        SortedSet<Long> times = found.times();
        if (times.isEmpty()) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "sink " + sink + " has no snapshots; 'run --syncpoint-interval ROWS' writes them");
        }
        PrintWriter out = spec.commandLine().getOut();
        long rows = 0;
        int wrong = 0;
        for (long ts : times) {
            String problem;
            try {
                StateDifference difference = difference(log.stateAt(ts), found.tables(ts));
                rows += difference.rows();
                problem = difference.isNone()
                        ? null
                        : difference.first().get(0)
                                + (difference.count() == 1 ? "" : " (and " + (difference.count() - 1) + " more)");
            } catch (MaintainerException e) {
                problem = String.valueOf(e.getMessage());
            }
            if (problem != null) {
                wrong++;
                out.println("snapshot " + ts + ": " + Printable.line(problem));
            }
        }
        if (wrong > 0) {
            out.println(wrong + " of " + times.size() + " snapshots are not the state of the log at their time");
            return MaintainerCommand.WRONG;
        }
        out.println(times.size() + " snapshots with " + rows + " rows, each as the log says");
        return MaintainerCommand.RIGHT;
    }
}
