package dev.maintainer.node.dispatch;

import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.dispatcher.DispatcherFactoryProvider;
import dev.maintainer.api.dispatcher.NodeContext;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.node.changelog.ChangeLog;
import dev.maintainer.node.changelog.ChangeLogReader;
import dev.maintainer.node.changelog.Frontier;
import dev.maintainer.node.load.WrittenWork;
import dev.maintainer.node.sink.FileSink;
import dev.maintainer.node.sink.SinkDirectory;
import java.nio.file.Path;
import java.util.SortedMap;

/**
 * A node that replicates a whole change log on its own: the log counts as committed from the start. The nodes of an
 * embedded cluster share a log, a frontier and a sink instead, so they make their factories themselves.
 *
 * <p>Configuration: {@code changelog}, a file; {@code sink}, a directory.
 */
public final class ChangeLogDispatcherFactoryProvider implements DispatcherFactoryProvider {
    /** Made by the service loader. */
    public ChangeLogDispatcherFactoryProvider() {}

    @Override
    public String name() {
        return "changelog";
    }

    @Override
    public DispatcherFactory create(NodeContext node, ChangefeedId changefeed, SortedMap<String, String> configuration)
            throws MaintainerException {
        ChangeLog log = ChangeLogReader.read(Path.of(required(configuration, "changelog")));
        SinkDirectory directory = SinkDirectory.claim(Path.of(required(configuration, "sink")), log.digest());
        if (directory.isFinished()) {
            directory.close();
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "sink " + directory.path()
                            + " is finished, and a node on its own does not replace it; name an empty" + " directory");
        }
        return new ChangeLogDispatcherFactory(
                log,
                new Frontier(log.endTs()),
                new FileSink(directory, changefeed),
                new WrittenWork().of(node.node()),
                node);
    }

    private static String required(SortedMap<String, String> configuration, String key) {
        String value = configuration.get(key);
        if (value == null || value.isBlank()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION, "dispatchers of kind 'changelog' need the setting '" + key + "'");
        }
        return value;
    }
}
