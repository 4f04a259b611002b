package dev.maintainer.connector.changelog;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.PacedSource;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SourceContext;
import dev.maintainer.replication.SourceProvider;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;

/** Opens {@code changelog:FILE}: a finished log, which counts as committed from the start, or one that is still written. */
public final class ChangeLogSourceProvider implements SourceProvider {
    /** The scheme of change logs. */
    public static final String SCHEME = "changelog";

    /** Names the setting that says after how many rows there is a sync point. */
    public static final String SYNC_POINT_INTERVAL = "syncpoint-interval";

    /** Names the setting that says how the file is read: {@link #ALL}, which is the default, or {@link #TAIL}. */
    public static final String MODE = "mode";

    /** The file is finished. */
    public static final String ALL = "all";

    /** The file is still written, and says how far it is complete. */
    public static final String TAIL = "tail";

    /** Names the setting that identifies a file that is still written; by default its first line does. */
    public static final String NAME = "name";

    private static final List<String> SETTINGS = List.of(MODE, NAME, SYNC_POINT_INTERVAL);

    /** Made by the service loader. */
    public ChangeLogSourceProvider() {}

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public String description() {
        return "a file of changes, one JSON object a line, plain or gzipped; changelog:FILE, or changelog:FILE?" + MODE
                + "="
                + TAIL + " for one that is still written; " + SYNC_POINT_INTERVAL
                + "=ROWS puts a sync point after every so many rows";
    }

    @Override
    public Source open(ConnectorAddress address, SortedMap<String, String> settings) throws MaintainerException {
        return open(address, settings, SourceContext.WHOLE);
    }

    @Override
    public Source open(ConnectorAddress address, SortedMap<String, String> settings, SourceContext context)
            throws MaintainerException {
        long interval = checked(address, settings);
        if (isTail(settings)) {
            return TailedSource.open(Path.of(address.location()), settings.get(NAME), interval, context);
        }
        ChangeLog log = read(address, interval);
        return new ChangeLogSource(log, new Frontier(log.endTs()));
    }

    @Override
    public PacedSource openPaced(ConnectorAddress address, SortedMap<String, String> settings)
            throws MaintainerException {
        long interval = checked(address, settings);
        if (isTail(settings)) {
            throw bad("source " + address + " has no end, and a run replicates one to its end; leave out " + MODE + "="
                    + TAIL);
        }
        ChangeLog log = read(address, interval);
        return new ChangeLogSource(log, new Frontier(log.startTs()));
    }

    @Override
    public void check(ConnectorAddress address) throws MaintainerException {
        if (!address.location().isBlank() && !isAbsolute(address.location())) {
            throw bad("source " + address
                    + " is a relative path, and each node of a cluster has a working directory of its"
                    + " own; write the path from the root, which all nodes have in common");
        }
    }

    private static boolean isAbsolute(String path) {
        try {
            return Path.of(path).isAbsolute();
        } catch (InvalidPathException e) {
            throw bad("a change log cannot have the name " + Printable.quoted(path) + ": " + e.getReason());
        }
    }

    private static MaintainerException bad(String why) {
        return new MaintainerException(ErrorCode.BAD_CONFIGURATION, why);
    }

    private static boolean isTail(SortedMap<String, String> settings) {
        return TAIL.equals(settings.get(MODE));
    }

    /** The interval of sync points; 0 for none. */
    private static long checked(ConnectorAddress address, SortedMap<String, String> settings) {
        for (String setting : settings.keySet()) {
            if (!SETTINGS.contains(setting)) {
                throw bad("source changelog has no setting '" + Printable.line(setting) + "'; it has "
                        + String.join(", ", SETTINGS));
            }
        }
        String mode = settings.getOrDefault(MODE, ALL);
        if (!mode.equals(ALL) && !mode.equals(TAIL)) {
            throw bad(MODE + " of source changelog must be " + ALL + " or " + TAIL + ", and is '" + Printable.line(mode)
                    + "'");
        }
        String name = settings.get(NAME);
        if (name != null && (name.isBlank() || mode.equals(ALL))) {
            throw bad(NAME + " of source changelog names a log that is still written: it must not be blank, and needs "
                    + MODE + "=" + TAIL);
        }
        if (address.location().isBlank()) {
            throw bad("the source '" + address + "' names no file; write changelog:FILE");
        }
        String interval = settings.get(SYNC_POINT_INTERVAL);
        return interval == null ? 0 : rows(interval);
    }

    private static ChangeLog read(ConnectorAddress address, long interval) {
        return ChangeLogReader.read(Path.of(address.location()), interval);
    }

    private static long rows(String interval) {
        long rows;
        try {
            rows = Long.parseLong(interval);
        } catch (NumberFormatException e) {
            rows = 0;
        }
        if (rows < 1) {
            throw bad(SYNC_POINT_INTERVAL + " of source changelog must be a number of rows, 1 or more, and is '"
                    + Printable.line(interval) + "'");
        }
        return rows;
    }
}
