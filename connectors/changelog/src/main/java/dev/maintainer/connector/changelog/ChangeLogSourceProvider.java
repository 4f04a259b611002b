package dev.maintainer.connector.changelog;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.PacedSource;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SourceProvider;
import java.nio.file.Path;
import java.util.SortedMap;

/** Opens {@code changelog:FILE}: a finished log, which counts as committed from the start. */
public final class ChangeLogSourceProvider implements SourceProvider {
    /** The scheme of change logs. */
    public static final String SCHEME = "changelog";

    /** Made by the service loader. */
    public ChangeLogSourceProvider() {}

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public String description() {
        return "a file of changes, one JSON object a line, plain or gzipped; changelog:FILE";
    }

    @Override
    public Source open(ConnectorAddress address, SortedMap<String, String> settings) throws MaintainerException {
        ChangeLog log = read(address, settings);
        return new ChangeLogSource(log, new Frontier(log.endTs()));
    }

    @Override
    public PacedSource openPaced(ConnectorAddress address, SortedMap<String, String> settings)
            throws MaintainerException {
        ChangeLog log = read(address, settings);
        return new ChangeLogSource(log, new Frontier(log.startTs()));
    }

    private static ChangeLog read(ConnectorAddress address, SortedMap<String, String> settings) {
        if (!settings.isEmpty()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "source changelog has no setting '" + settings.firstKey() + "'; it has none");
        }
        if (address.location().isBlank()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION, "the source '" + address + "' names no file; write changelog:FILE");
        }
        return ChangeLogReader.read(Path.of(address.location()));
    }
}
