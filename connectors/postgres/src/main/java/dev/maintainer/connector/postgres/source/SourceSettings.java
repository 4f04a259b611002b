package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.reader.ReaderSettings;
import dev.maintainer.connector.postgres.reader.SlotName;
import dev.maintainer.connector.postgres.sql.ServerSettings;
import dev.maintainer.connector.postgres.store.StoreSettings;
import dev.maintainer.replication.ConnectorAddress;
import java.time.Duration;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which database is read, and how.
 *
 * @param server the database, and the role
 * @param publication has the tables; content from outside
 * @param tables those of them that are replicated
 * @param appendOnly those of which it is known that their rows are never changed; nothing unless it is said
 * @param slot the beginning of the names of slots; null for what the name of the changefeed gives
 * @param storeBytes how much may be kept in files of what was read and is not in the sink
 * @param copies how many tables are copied at once, 1 to 64
 * @param ddls how DDLs are followed
 * @param detecting how often the catalog is looked at for what the log does not tell, if it has to be
 * @param heartbeat how often something is written into the log of the source; zero for never
 * @param syncPoints how often a sync point is marked in the source; whole seconds, zero for never. One that somebody has marked
 *     counts in any case
 * @param keptByStandbys whether standbys keep the slots, so that it goes on when one of them takes the place of the server
 */
public record SourceSettings(
        ServerSettings server,
        String publication,
        TablePatterns tables,
        TablePatterns appendOnly,
        @Nullable SlotName slot,
        long storeBytes,
        int copies,
        Ddls ddls,
        Duration detecting,
        Duration heartbeat,
        Duration syncPoints,
        boolean keptByStandbys) {
    /** How DDLs are followed. */
    public enum Ddls {
        /** As event triggers of the source note them. */
        CAPTURE,
        /** As far as the log and the catalog tell. */
        DETECT,
        /** A table that changes is not read any further. */
        NONE
    }

    private static final String PUBLICATION = "publication";
    private static final String TABLES = "tables";
    private static final String APPEND_ONLY = "append-only";
    private static final String SLOT = "slot";
    private static final String STORE_BYTES = "store-bytes";
    private static final String SNAPSHOT_PARALLEL = "snapshot.parallel";
    private static final String DDL = "ddl";
    private static final String CAPTURED = "capture";
    private static final String DETECTED = "detect";
    private static final String NOT_FOLLOWED = "none";
    private static final String DETECTING = "detect-seconds";
    private static final String HEARTBEAT = "heartbeat-seconds";
    private static final String SYNC_POINTS = "sync-point-seconds";
    private static final String FAILOVER = "failover";
    private static final String WHERE_POSSIBLE = "auto";
    private static final String NEVER = "off";

    private static final String DEFAULT_PUBLICATION = "maintainer";
    private static final int DEFAULT_COPIES = 2;
    private static final int MOST_COPIES = 64;
    private static final long LEAST_STORE_BYTES = 1L << 20;
    private static final long LONGEST_HEARTBEAT_SECONDS = 3_600;
    private static final long LONGEST_SYNC_POINT_SECONDS = 86_400;
    private static final long DETECTING_SECONDS = 30;
    private static final long LONGEST_DETECTING_SECONDS = 3_600;

    /**
     * Reads an address and the settings beside it.
     *
     * @param address the address
     * @param settings those of the address included, by key
     * @param environment variables by name
     * @return what they say
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if they cannot be used
     */
    public static SourceSettings of(
            ConnectorAddress address, SortedMap<String, String> settings, UnaryOperator<@Nullable String> environment)
            throws MaintainerException {
        TreeMap<String, String> rest = new TreeMap<>(settings);
        String publication = rest.remove(PUBLICATION);
        String tables = rest.remove(TABLES);
        String appendOnly = rest.remove(APPEND_ONLY);
        String slot = rest.remove(SLOT);
        String storeBytes = rest.remove(STORE_BYTES);
        String copies = rest.remove(SNAPSHOT_PARALLEL);
        String ddl = rest.remove(DDL);
        String detecting = rest.remove(DETECTING);
        String heartbeat = rest.remove(HEARTBEAT);
        String syncPoints = rest.remove(SYNC_POINTS);
        String failover = rest.remove(FAILOVER);
        return new SourceSettings(
                ServerSettings.of(address, rest, environment),
                publication == null ? DEFAULT_PUBLICATION : publication,
                tables == null ? TablePatterns.ALL : TablePatterns.parse(tables),
                appendOnly == null ? TablePatterns.NONE : TablePatterns.parse(appendOnly),
                slot == null ? null : new SlotName(slot),
                number(STORE_BYTES, storeBytes, LEAST_STORE_BYTES, Long.MAX_VALUE, StoreSettings.DEFAULT_BYTES),
                (int) number(SNAPSHOT_PARALLEL, copies, 1, MOST_COPIES, DEFAULT_COPIES),
                ddls(ddl == null ? CAPTURED : ddl),
                Duration.ofSeconds(number(DETECTING, detecting, 1, LONGEST_DETECTING_SECONDS, DETECTING_SECONDS)),
                Duration.ofSeconds(number(
                        HEARTBEAT,
                        heartbeat,
                        0,
                        LONGEST_HEARTBEAT_SECONDS,
                        ReaderSettings.DEFAULT_HEARTBEAT.toSeconds())),
                Duration.ofSeconds(number(SYNC_POINTS, syncPoints, 0, LONGEST_SYNC_POINT_SECONDS, 0)),
                keptByStandbys(failover == null ? WHERE_POSSIBLE : failover));
    }

    /** {@return whether DDLs are followed} */
    public boolean followsDdls() {
        return ddls != Ddls.NONE;
    }

    /** {@return whether event triggers of the source have to note DDLs} */
    public boolean capturesDdls() {
        return ddls == Ddls.CAPTURE;
    }

    /** {@return whether sync points are marked} */
    public boolean marksSyncPoints() {
        return !syncPoints.isZero();
    }

    /** {@return the same for a run, which ends before a sync point could be marked} */
    SourceSettings ofRun(boolean followsDdls) {
        return new SourceSettings(
                server,
                publication,
                tables,
                appendOnly,
                slot,
                storeBytes,
                copies,
                followsDdls ? ddls : Ddls.NONE,
                detecting,
                heartbeat,
                Duration.ZERO,
                keptByStandbys);
    }

    private static Ddls ddls(String text) {
        return switch (text) {
            case CAPTURED -> Ddls.CAPTURE;
            case DETECTED -> Ddls.DETECT;
            case NOT_FOLLOWED -> Ddls.NONE;
            default ->
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        DDL + " is " + Printable.quoted(text) + "; write " + CAPTURED
                                + " to follow DDLs as the event triggers of the source note them, " + DETECTED
                                + " to follow columns and tables that come and go, or " + NOT_FOLLOWED);
        };
    }

    private static boolean keptByStandbys(String text) {
        return switch (text) {
            case WHERE_POSSIBLE -> true;
            case NEVER -> false;
            default ->
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        FAILOVER + " is " + Printable.quoted(text) + "; write " + WHERE_POSSIBLE
                                + " if standbys are to keep the slots, where the server can do that, or " + NEVER);
        };
    }

    private static long number(String key, @Nullable String text, long least, long most, long unlessGiven) {
        if (text == null) {
            return unlessGiven;
        }
        if (text.matches("[0-9]{1,18}")) {
            long number = Long.parseLong(text);
            if (number >= least && number <= most) {
                return number;
            }
        }
        throw new MaintainerException(
                ErrorCode.BAD_CONFIGURATION,
                key + " is " + Printable.quoted(text) + "; write a number of at least " + least
                        + (most == Long.MAX_VALUE ? "" : " and at most " + most));
    }
}
