package dev.maintainer.connector.files;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SinkProvider;
import java.nio.file.Path;
import java.util.SortedMap;

/** Opens {@code files:DIR}. */
public final class FileSinkProvider implements SinkProvider {
    /** The scheme of file sinks. */
    public static final String SCHEME = "files";

    /** Made by the service loader. */
    public FileSinkProvider() {}

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public String description() {
        return "a directory, in which tables become files of rows; files:DIR";
    }

    @Override
    public Sink open(
            ConnectorAddress address, SortedMap<String, String> settings, ChangefeedId changefeed, String source)
            throws MaintainerException {
        if (!settings.isEmpty()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "sink files has no setting '" + settings.firstKey() + "'; it has none");
        }
        SinkDirectory directory = SinkDirectory.claim(Path.of(address.location()), source);
        if (directory.isFinished()) {
            directory.close();
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "sink " + directory.path()
                            + " is finished, and a node on its own does not replace it; name an empty directory");
        }
        return new FileSink(directory, changefeed);
    }
}
