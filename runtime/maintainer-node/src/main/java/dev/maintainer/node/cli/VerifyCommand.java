package dev.maintainer.node.cli;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogReader;
import dev.maintainer.connector.changelog.LoggedState;
import dev.maintainer.connector.files.FileSinkProvider;
import dev.maintainer.connector.files.FinishedTables;
import dev.maintainer.connector.files.SinkDirectory;
import dev.maintainer.connector.files.Snapshots;
import dev.maintainer.node.run.BothEnds;
import dev.maintainer.node.run.ConnectorPlugins;
import dev.maintainer.node.run.ContentsComparison;
import dev.maintainer.node.run.DeliveryTimeoutException;
import dev.maintainer.node.run.LiveComparison;
import dev.maintainer.node.run.RunDriver;
import dev.maintainer.node.run.StateDifference;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Delivery;
import dev.maintainer.replication.SinkContents;
import dev.maintainer.replication.TableContents;
import dev.maintainer.replication.route.TableRoutes;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
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
            "Compares the tables of a finished sink with an expected state, with a change log, or with the tables of their"
                    + " source as they are now, into which nothing may be written meanwhile unless --live is given.",
            "Or compares its snapshots with the change log, each with the state of its moment; the sink need not be"
                    + " finished.",
            "Exit status 1 if anything differs."
        })
final class VerifyCommand implements Callable<Integer> {
    private static final int MOST_PATIENCE = 3_600;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--sink",
            required = true,
            paramLabel = "ADDRESS",
            description = "the sink, as SCHEME:LOCATION; files:DIR, or DIR alone, is one of files")
    @SuppressWarnings("NullAway.Init")
    private String sink;

    @Option(names = "--sink-set", paramLabel = "KEY=VALUE", description = "a setting of the sink; may be repeated")
    private Map<String, String> sinkSettings = new TreeMap<>();

    @Option(
            names = "--changefeed",
            paramLabel = "NAME",
            description = "whose tables are compared, in a sink that has those of several (default: that of 'run')")
    private @Nullable String changefeed;

    @Option(
            names = "--connectors",
            paramLabel = "DIR",
            description = "a directory with the jars of further sinks, and of what they need")
    private @Nullable Path connectors;

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
            names = "--source",
            paramLabel = "ADDRESS",
            description =
                    "the source that was replicated, as SCHEME:LOCATION, if its connector can read it as it is now, such as"
                            + " postgresql://USER@HOST:PORT/DATABASE")
    private @Nullable String source;

    @Option(names = "--source-set", paramLabel = "KEY=VALUE", description = "a setting of the source; may be repeated")
    private Map<String, String> sourceSettings = new TreeMap<>();

    @Option(
            names = "--live",
            description =
                    "the changefeed goes on, and applications write: what differs is looked at again after what was"
                            + " committed has arrived; needs --source")
    private boolean live;

    @Option(
            names = "--patience",
            paramLabel = "SECONDS",
            description =
                    "with --live, how long to wait until what was committed has arrived (default: ${DEFAULT-VALUE})")
    private int patience = 60;

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
        if (Stream.of(expected, changelog, source).filter(Objects::nonNull).count() != 1) {
            throw new ParameterException(
                    spec.commandLine(),
                    "give one of --expected FILE, --changelog FILE and --source ADDRESS, what the sink should be");
        }
        if (source == null && !sourceSettings.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "--source-set needs --source ADDRESS");
        }
        if (live && source == null) {
            throw new ParameterException(spec.commandLine(), "--live needs --source ADDRESS, into which is written");
        }
        if (patience < 1 || patience > MOST_PATIENCE) {
            throw new ParameterException(
                    spec.commandLine(), "--patience " + patience + " must be from 1 to " + MOST_PATIENCE + " seconds");
        }
        if (snapshots && changelog == null) {
            throw new ParameterException(
                    spec.commandLine(), "--snapshots needs --changelog FILE, which knows the state of each moment");
        }
        if (!routes.isEmpty() && changelog == null) {
            throw new ParameterException(
                    spec.commandLine(), "--route needs --changelog FILE, whose tables have other names in the sink");
        }
        // Before anything is opened: what is wrong with a file is known at once.
        SortedMap<TableName, SortedMap<String, String>> wanted =
                expected == null ? Collections.emptySortedMap() : ExpectedState.read(expected);
        ConnectorAddress address = FileSinkProvider.addressOf(sink, "--sink");
        if (!address.scheme().equals(FileSinkProvider.SCHEME)) {
            return compareContents(address, wanted);
        }
        refuseForFiles();
        SinkDirectory directory = SinkDirectory.of(FileSinkProvider.directory(address));
        if (source != null) {
            FinishedTables tables = FinishedTables.of(directory);
            ConnectorAddress there = ConnectorAddress.parse(source, "--source");
            try (TableContents present = sourceContents(there)) {
                return tell(StateDifference.between(
                        new TreeSet<>(present.tables()),
                        name -> present.rows(name).withoutDefinitions(),
                        tables.names(),
                        name -> tables.cursor(name).withoutDefinitions(),
                        false));
            }
        }
        if (changelog == null) {
            FinishedTables tables = FinishedTables.of(directory);
            return compareWithExpected(wanted, tables.names(), tables::cursor);
        }
        try (ChangeLog log = ChangeLogReader.read(changelog.path())) {
            boolean whole = refuseOther(log, changelog, directory.digest());
            if (snapshots) {
                return compareSnapshots(log, Snapshots.of(directory));
            }
            FinishedTables tables = FinishedTables.of(directory);
            return tell(difference(stateOf(log, whole), tables.names(), tables::cursor));
        }
    }

    private void refuseForFiles() {
        if (live) {
            throw new ParameterException(
                    spec.commandLine(),
                    "--live is for sinks that can be read while they are written, which files cannot");
        }
        if (!sinkSettings.isEmpty() || changefeed != null) {
            throw new ParameterException(
                    spec.commandLine(),
                    "a sink of files has no settings, and is that of one changefeed: leave out --sink-set and --changefeed");
        }
    }

    /** Compares a sink that its connector can read back. */
    private int compareContents(ConnectorAddress address, SortedMap<TableName, SortedMap<String, String>> wanted) {
        if (snapshots) {
            throw new ParameterException(spec.commandLine(), "--snapshots is for sinks of files, which keep some");
        }
        ChangefeedId whose = changefeed == null ? RunDriver.CHANGEFEED : named(changefeed);
        if (live) {
            return compareLive(Objects.requireNonNull(source), address, whose);
        }
        try (SinkContents contents =
                ConnectorPlugins.load(connectors).sinkContents(address, new TreeMap<>(sinkSettings), whose)) {
            if (source != null) {
                try (TableContents present = sourceContents(ConnectorAddress.parse(source, "--source"))) {
                    return tell(new ContentsComparison(present, contents).all());
                }
            }
            if (changelog == null) {
                return compareWithExpected(wanted, contents.tables(), contents::rows);
            }
            try (ChangeLog log = ChangeLogReader.read(changelog.path())) {
                boolean whole = refuseOther(log, changelog, contents.source());
                return tell(difference(stateOf(log, whole), contents.tables(), contents::rows));
            }
        }
    }

    private ChangefeedId named(String name) {
        try {
            return new ChangefeedId(name);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--changefeed: " + e.getMessage(), e);
        }
    }

    private static LoggedState stateOf(ChangeLog log, boolean whole) {
        return log.stateAt(whole ? log.endTs() : log.resolvedTs());
    }

    private int compareWithExpected(
            SortedMap<TableName, SortedMap<String, String>> wanted,
            SortedSet<TableName> names,
            Function<TableName, RowCursor> rows) {
        return tell(StateDifference.between(
                new TreeSet<>(wanted.keySet()),
                name -> RowCursor.over(wanted.getOrDefault(name, Collections.emptySortedMap()).entrySet().stream()
                        .map(row -> new Row(row.getKey(), row.getValue(), null))
                        .iterator()),
                names,
                name -> rows.apply(name).withoutDefinitions(),
                true));
    }

    private TableContents sourceContents(ConnectorAddress address) {
        return ConnectorPlugins.load(connectors).sourceContents(address, new TreeMap<>(sourceSettings));
    }

    private int compareLive(String there, ConnectorAddress sinkAddress, ChangefeedId whose) {
        ConnectorAddress address = ConnectorAddress.parse(there, "--source");
        BothEnds ends = new BothEnds(
                () -> sourceContents(address),
                () -> ConnectorPlugins.load(connectors).sinkContents(sinkAddress, new TreeMap<>(sinkSettings), whose));
        PrintWriter out = spec.commandLine().getOut();
        try (TableContents contents = sourceContents(address)) {
            Delivery delivery = contents.delivery(whose)
                    .orElseThrow(() -> new ParameterException(
                            spec.commandLine(),
                            "--live: source " + address
                                    + " does not know what has been delivered; compare it at rest"));
            LiveComparison.Outcome outcome =
                    LiveComparison.run(ends, delivery, TimeUnit.SECONDS.toMillis(patience), line -> {
                        out.println(line);
                        out.flush();
                    });
            if (outcome.undecided() > 0) {
                out.println(outcome.undecided()
                        + " rows or tables were others each time they were looked at, and are not compared");
            }
            return tell(outcome.difference());
        } catch (DeliveryTimeoutException e) {
            out.println(Printable.line(String.valueOf(e.getMessage())));
            return MaintainerCommand.WRONG;
        }
    }

    /**
     * Everything would differ. Returns whether the sink has all of the log: of one that is replicated while it is written, it
     * has what the log itself says is complete.
     */
    private boolean refuseOther(ChangeLog log, LogFile file, @Nullable String digest) {
        if (digest == null) {
            return true;
        }
        TableRoutes parsed = TableRoutes.parse(routes);
        if (log.identities(file.name()).stream().map(parsed::identity).noneMatch(digest::equals)) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "sink " + FileSinkProvider.addressOf(sink, "--sink") + " is of another change log than " + file
                            + ", or was written with other routes, or its log was given a name; name the one that was"
                            + " replicated to it, as in changelog:FILE?mode=tail&name=NAME, and the routes of that run");
        }
        return digest.equals(parsed.identity(log.digest()));
    }

    private StateDifference difference(
            LoggedState wanted, SortedSet<TableName> names, Function<TableName, RowCursor> rows) {
        SortedMap<TableName, TableName> sources = TableRoutes.parse(routes).byTarget(wanted.names());
        return StateDifference.between(
                new TreeSet<>(sources.keySet()),
                name -> wanted.rows(sources.getOrDefault(name, name)),
                names,
                rows,
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
                FinishedTables tables = found.tables(ts);
                StateDifference difference = difference(log.stateAt(ts), tables.names(), tables::cursor);
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
