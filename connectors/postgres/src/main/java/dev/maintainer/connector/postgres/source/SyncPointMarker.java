package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.MaintainerException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Marks sync points in a source: one in each interval of its clock, whichever node is first, since that is one row and says of which
 * interval it is. Used by one thread.
 */
final class SyncPointMarker {
    private static final Logger LOG = LoggerFactory.getLogger(SyncPointMarker.class);

    private static final Duration RETRY = Duration.ofSeconds(5);

    /** Another interval than the last one, be it an earlier one: the clock of another server may be behind. */
    private static final String MARK = """
            with clock as materialized (
                select extract(epoch from clock_timestamp()) as now, ?::bigint as step),
              mark as (
                insert into maintainer.sync_point as known (source, due, checkpoint_ts)
                select ?, to_timestamp(floor(clock.now / clock.step) * clock.step), ? from clock%s
                on conflict (source) do update set due = excluded.due, checkpoint_ts = excluded.checkpoint_ts
                where known.due <> excluded.due
                returning due)
            select ceil((clock.step - mod(clock.now, clock.step::numeric)) * 1000)::bigint,
              (select count(*) from mark)
            from clock""";

    /** Of a window that was interrupted, rows are completed up to its end from what the table has by then. */
    private static final String BEHIND_WINDOWS =
            " where not exists (select from maintainer.copy_window w where w.source = ? and w.end_ts > ?)";

    private final SourceDatabase database;
    private final String source;
    private final Duration interval;
    private final boolean mayInterruptCopies;
    private final LongSupplier checkpointTs;

    /**
     * Marks nothing yet.
     *
     * @param source which beginning of a changefeed
     * @param interval of the clock of the source; whole seconds
     * @param mayInterruptCopies whether there are DDLs at which copies are interrupted
     * @param checkpointTs which checkpoint is durable; 0 if that is not known
     */
    SyncPointMarker(
            SourceDatabase database,
            String source,
            Duration interval,
            boolean mayInterruptCopies,
            LongSupplier checkpointTs) {
        this.database = database;
        this.source = source;
        this.interval = interval;
        this.mayInterruptCopies = mayInterruptCopies;
        this.checkpointTs = checkpointTs;
    }

    /**
     * Marks a sync point if there is none in this interval.
     *
     * @return how long it is until there may be another one
     */
    Duration run() {
        try {
            return mark();
        } catch (MaintainerException e) {
            LOG.warn("a sync point is marked later: {}", e.getMessage());
        } catch (RuntimeException e) {
            LOG.error("a sync point cannot be marked", e);
        }
        return RETRY;
    }

    /**
     * As {@link #run}.
     *
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if that is not possible now
     */
    Duration mark() throws MaintainerException {
        long durableTs = checkpointTs.getAsLong();
        if (durableTs == 0) {
            return RETRY;
        }
        return database.call("a sync point cannot be marked", connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement(MARK.formatted(mayInterruptCopies ? BEHIND_WINDOWS : ""))) {
                bind(statement, durableTs);
                try (ResultSet result = statement.executeQuery()) {
                    result.next();
                    return Duration.ofMillis(Math.max(1, result.getLong(1)));
                }
            }
        });
    }

    private void bind(PreparedStatement statement, long durableTs) throws SQLException {
        statement.setLong(1, interval.toSeconds());
        statement.setString(2, source);
        statement.setLong(3, durableTs);
        if (mayInterruptCopies) {
            statement.setString(4, source);
            statement.setLong(5, durableTs);
        }
    }

    /** The changefeed is gone. */
    void forget() {
        int unused = database.call("the mark of sync points cannot be deleted", connection -> {
            try (PreparedStatement statement =
                    connection.prepareStatement("delete from maintainer.sync_point where source = ?")) {
                statement.setString(1, source);
                return statement.executeUpdate();
            }
        });
    }
}
