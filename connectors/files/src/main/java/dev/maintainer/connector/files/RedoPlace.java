package dev.maintainer.connector.files;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.replication.ConnectorAddress;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Where the redo log of a changefeed of a cluster is.
 *
 * @param path a directory that all nodes share
 * @param besideSink whether that is {@code redo} in the directory of its sink
 */
public record RedoPlace(Path path, boolean besideSink) {
    /** The setting of a changefeed that says it. */
    public static final String SETTING = "redo";

    /** As the value of the setting: {@code redo} in the directory of the sink. */
    public static final String BESIDE_SINK = "true";

    /**
     * Reads the configuration of a changefeed.
     *
     * @param settings of which {@code redo} is {@value #BESIDE_SINK} or {@code files:DIR}
     * @param sink the sink of the changefeed
     * @return empty if it keeps no redo log
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if it is something else, the sink is no directory and none is named, or
     *     one is inside of the other
     */
    public static Optional<RedoPlace> of(SortedMap<String, String> settings, ConnectorAddress sink)
            throws MaintainerException {
        String said = settings.get(SETTING);
        if (said == null) {
            return Optional.empty();
        }
        boolean files = sink.scheme().equals(FileSinkProvider.SCHEME);
        if (said.equals(BESIDE_SINK) && !files) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "the redo log has no place beside sink " + sink + ", which is no directory; name one that all nodes"
                            + " share, redo=files:DIR");
        }
        if (said.equals(BESIDE_SINK)) {
            return Optional.of(beside(sink));
        }
        Path path = FileSinkProvider.directory(ConnectorAddress.parse(said, "setting '" + SETTING + "'"));
        if (!path.isAbsolute()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "redo log " + said
                            + " is a relative path, and each node of a cluster has a working directory of its"
                            + " own; write the path from the root, which all nodes have in common");
        }
        if (!files) {
            return Optional.of(new RedoPlace(path.normalize(), false));
        }
        RedoPlace beside = beside(sink);
        if (path.normalize().equals(beside.path())) {
            return Optional.of(beside);
        }
        refuseOverlap(path.normalize(), FileSinkProvider.directory(sink).normalize());
        return Optional.of(new RedoPlace(path.normalize(), false));
    }

    private static void refuseOverlap(Path log, Path sink) throws MaintainerException {
        if (log.startsWith(sink) || sink.startsWith(log)) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "sink " + sink + " and redo log " + log
                            + " are inside each other; name another directory, or true for "
                            + beside(new ConnectorAddress(FileSinkProvider.SCHEME, sink.toString()))
                                    .path());
        }
    }

    private static RedoPlace beside(ConnectorAddress sink) {
        return new RedoPlace(RedoLog.of(FileSinkProvider.directory(sink).normalize()), true);
    }
}
