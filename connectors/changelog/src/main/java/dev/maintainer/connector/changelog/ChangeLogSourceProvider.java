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

    /** Names the setting that says after how many rows there is a sync point. */
    public static final String SYNC_POINT_INTERVAL = "syncpoint-interval";

    /** Made by the service loader. */
    public ChangeLogSourceProvider() {}

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public String description() {
        return "a file of changes, one JSON object a line, plain or gzipped; changelog:FILE; " + SYNC_POINT_INTERVAL
                + "=ROWS puts a sync point after every so many rows";
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
        for (String setting : settings.keySet()) {
            if (!setting.equals(SYNC_POINT_INTERVAL)) {
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "source changelog has no setting '" + setting + "'; it has " + SYNC_POINT_INTERVAL);
            }
        }
        String interval = settings.get(SYNC_POINT_INTERVAL);
        long rows = interval == null ? 0 : rows(interval);
        if (address.location().isBlank()) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION, "the source '" + address + "' names no file; write changelog:FILE");
        }
        return ChangeLogReader.read(Path.of(address.location()), rows);
    }

    private static long rows(String interval) {
        long rows;
        try {
            rows = Long.parseLong(interval);
        } catch (NumberFormatException e) {
            rows = 0;
        }
        if (rows < 1) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    SYNC_POINT_INTERVAL + " of source changelog must be a number of rows, 1 or more, and is '"
                            + interval + "'");
        }
        return rows;
    }
}
