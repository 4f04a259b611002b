package dev.maintainer.node.cli;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogSource;
import dev.maintainer.connector.changelog.ChangeLogSourceProvider;
import dev.maintainer.connector.changelog.Frontier;
import dev.maintainer.connector.files.FileSinkProvider;
import dev.maintainer.node.run.ConnectorPlugins;
import dev.maintainer.node.run.RunSink;
import dev.maintainer.node.run.SampleLog;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Connectors;
import dev.maintainer.replication.PacedSource;
import dev.maintainer.replication.route.RoutedSource;
import dev.maintainer.replication.route.TableRoutes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** Which source is replicated to which sink. */
final class ConnectorMixin {
    private static final String SYNC_POINT_INTERVAL = ChangeLogSourceProvider.SYNC_POINT_INTERVAL;

    @Option(names = "--changelog", paramLabel = "FILE", description = "short for --source changelog:FILE")
    private @Nullable Path changelog;

    @Option(
            names = "--source",
            paramLabel = "ADDRESS",
            description = "what to replicate, as SCHEME:LOCATION; changelog:FILE is a change log, .ndjson or .ndjson.gz"
                    + " (default: the sample)")
    private @Nullable String source;

    @Option(
            names = "--sink",
            paramLabel = "ADDRESS",
            description =
                    "where to replicate to, as SCHEME:LOCATION; files:DIR, or DIR alone, is a directory: empty, or of"
                            + " an earlier run (default for the sample: a new directory in the temporary one, which stays)")
    private @Nullable String sink;

    @Option(names = "--source-set", paramLabel = "KEY=VALUE", description = "a setting of the source; may be repeated")
    private Map<String, String> sourceSettings = new TreeMap<>();

    @Option(
            names = "--syncpoint-interval",
            paramLabel = "ROWS",
            description = "a sync point after every ROWS rows of the source, at each of which a sink of files keeps all"
                    + " tables, in DIR/snapshots; short for --source-set syncpoint-interval=ROWS (default: none)")
    private @Nullable Long syncPointInterval;

    @Option(
            names = "--route",
            paramLabel = "RULE",
            description =
                    "other names in the sink, as SCHEMA.TABLE=SCHEMA.TABLE; on the left * stands for anything, on the"
                            + " right {schema} and {table} for the names in the source; may be repeated, the first rule that fits"
                            + " counts")
    private List<String> routes = new ArrayList<>();

    @Option(names = "--sink-set", paramLabel = "KEY=VALUE", description = "a setting of the sink; may be repeated")
    private Map<String, String> sinkSettings = new TreeMap<>();

    @Option(
            names = "--connectors",
            paramLabel = "DIR",
            description = "a directory with the jars of further sources and sinks, and of what they need")
    private @Nullable Path directory;

    ConnectorMixin() {}

    boolean isSample() {
        return changelog == null && source == null;
    }

    boolean hasSink() {
        return sink != null;
    }

    void refuse(CommandLine command) {
        if (changelog != null && source != null) {
            throw new ParameterException(
                    command, "--changelog FILE is short for --source changelog:FILE; use one of them");
        }
        if (!isSample() && sink == null) {
            throw new ParameterException(
                    command,
                    (changelog == null ? "--source" : "--changelog") + " needs --sink DIR, where to replicate to");
        }
        if (isSample() && !sourceSettings.isEmpty()) {
            throw new ParameterException(command, "--source-set needs --source, what it sets something of");
        }
        if (syncPointInterval != null && syncPointInterval < 1) {
            throw new ParameterException(command, "--syncpoint-interval " + syncPointInterval + " must be 1 or more");
        }
        if (syncPointInterval != null && sourceSettings.containsKey(SYNC_POINT_INTERVAL)) {
            throw new ParameterException(
                    command,
                    "--syncpoint-interval ROWS is short for --source-set " + SYNC_POINT_INTERVAL
                            + "=ROWS; use one of them");
        }
        if (sink == null && !sinkSettings.isEmpty()) {
            throw new ParameterException(command, "--sink-set needs --sink, what it sets something of");
        }
        try {
            var unusedRoutes = routes();
        } catch (MaintainerException e) {
            throw new ParameterException(command, "--route: " + e.getMessage(), e);
        }
        try {
            var unused = sinkDirectory();
        } catch (MaintainerException e) {
            throw new ParameterException(command, "--sink: " + e.getMessage(), e);
        }
    }

    Connectors load() {
        return ConnectorPlugins.load(directory);
    }

    PacedSource source(Connectors connectors) {
        PacedSource named = sourceAsItIs(connectors);
        TableRoutes rules = routes();
        try {
            return rules.isEmpty() ? named : new RoutedSource(named, rules);
        } catch (MaintainerException e) {
            named.close();
            throw e;
        }
    }

    private TableRoutes routes() {
        return TableRoutes.parse(routes);
    }

    private PacedSource sourceAsItIs(Connectors connectors) {
        if (isSample()) {
            ChangeLog log = SampleLog.read(syncPointInterval());
            return new ChangeLogSource(log, new Frontier(log.startTs()));
        }
        ConnectorAddress address = sourceAddress();
        SortedMap<String, String> settings = new TreeMap<>(sourceSettings);
        if (syncPointInterval != null) {
            settings.put(SYNC_POINT_INTERVAL, syncPointInterval.toString());
        }
        return connectors.openPaced(address, settings);
    }

    /** After how many rows there is a sync point; 0 for none. */
    long syncPointInterval() {
        if (syncPointInterval != null) {
            return syncPointInterval;
        }
        String set = sourceAddress().with(new TreeMap<>(sourceSettings)).get(SYNC_POINT_INTERVAL);
        try {
            return set == null ? 0 : Math.max(0, Long.parseLong(set));
        } catch (NumberFormatException e) {
            // The source refuses it.
            return 0;
        }
    }

    private ConnectorAddress sourceAddress() {
        return source == null
                ? new ConnectorAddress(ChangeLogSourceProvider.SCHEME, String.valueOf(changelog))
                : ConnectorAddress.parse(source, "--source");
    }

    /** The sink; {@code temporary} is one of files if none was named. */
    RunSink sink(Connectors connectors, @Nullable Path temporary) {
        return new RunSink(sinkAddress(temporary), new TreeMap<>(sinkSettings), connectors);
    }

    private ConnectorAddress sinkAddress(@Nullable Path temporary) {
        return sink == null
                ? new ConnectorAddress(
                        FileSinkProvider.SCHEME,
                        Objects.requireNonNull(temporary).toString())
                : FileSinkProvider.addressOf(sink, "--sink");
    }

    /** The directory of the sink, if one of files was named; null otherwise. */
    @Nullable
    Path sinkDirectory() {
        if (sink == null) {
            return null;
        }
        ConnectorAddress address = sinkAddress(null);
        return address.scheme().equals(FileSinkProvider.SCHEME) ? FileSinkProvider.directory(address) : null;
    }

    String sourceShown() {
        return isSample()
                ? "sample log"
                : source == null ? String.valueOf(changelog) : sourceAddress().toString();
    }

    String sinkShown(@Nullable Path temporary) {
        Path files = sinkDirectory();
        return temporary != null
                ? temporary.toString()
                : files != null ? files.toString() : sinkAddress(null).toString();
    }
}
