package dev.maintainer.connector.postgres.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.Source;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nodes mark sync points in a database, and all of them find the same. */
class SyncPointsTest {
    private static final String EACH_SECOND = "&sync-point-seconds=1";

    @TempDir
    private Path temporary;

    private LiveDatabase database;

    @BeforeEach
    void begin() {
        database = new LiveDatabase(PostgresServer.shared(), temporary);
        database.execute("create table shop.orders (id int primary key, total text)");
    }

    @AfterEach
    void end() {
        database.close();
    }

    private List<Long> syncPoints(Source source, long upTo) {
        return syncPoints(source, TableSpan.DDL, upTo);
    }

    private static List<Long> syncPoints(Source source, TableSpan span, long upTo) {
        List<Long> found = new ArrayList<>();
        try (BlockReader reader = source.blocks(span, source.startTs() + 1, PartialCommit.NONE, () -> {})) {
            for (BlockEvent event = reader.poll(upTo); event != null; event = reader.poll(upTo)) {
                if (event.key().kind() == BlockKind.SYNC_POINT) {
                    found.add(event.key().commitTs());
                }
            }
        }
        return found;
    }

    private static void awaitResolved(Source source, long ts) {
        LiveDatabase.await("the log to be read up to " + ts, () -> source.resolvedTs() >= ts);
    }

    /** As if the first copy was through. */
    private long checkpoint(Source... sources) {
        long checkpoint = database.walEnd();
        for (Source source : sources) {
            awaitResolved(source, checkpoint);
            source.retainAfter(checkpoint);
        }
        return checkpoint;
    }

    @Test
    @DisplayName(
            "Two nodes mark one in each interval; both find the same, as do a node that begins later and one that begins again")
    void everybodyFindsTheSame() {
        database.setUp(EACH_SECOND);
        Source first = database.open("n1", 0, EACH_SECOND);
        Source second = database.open("n2", 0, EACH_SECOND);
        assertThat(database.query("select count(*) from maintainer.sync_point")).isEqualTo("0");
        long checkpoint = checkpoint(first, second);
        LiveDatabase.await(
                "three sync points", () -> syncPoints(first, first.resolvedTs()).size() >= 3);
        List<Long> known = syncPoints(first, first.resolvedTs());
        long last = known.get(known.size() - 1);
        awaitResolved(second, last);

        assertThat(known).isSorted().doesNotHaveDuplicates().first().matches(ts -> ts > checkpoint);
        assertThat(syncPoints(second, last)).isEqualTo(known);
        assertThat(syncPoints(
                        second, TableSpan.whole(database.table(second, "orders").table()), last))
                .isEqualTo(known);
        assertThat(database.query("select count(*) from maintainer.sync_point")).isEqualTo("1");

        Source later = database.open("n3", checkpoint, EACH_SECOND);
        awaitResolved(later, last);
        assertThat(syncPoints(later, last)).as("a node that begins later").isEqualTo(known);
        first.close();
        Source again = database.open("n1", checkpoint);
        assertThat(again.resolvedTs()).isGreaterThanOrEqualTo(last);
        assertThat(syncPoints(again, last))
                .as("of what is stored, by a node that marks none")
                .isEqualTo(known);
        second.release(LiveDatabase.FEED);
    }

    @Test
    @DisplayName(
            "A mark counts when all tables that are copied are through, also one that is copied again, and once in an interval")
    void notWithinCopies() {
        database.setUp(EACH_SECOND);
        Source source = database.open("n1", 0);
        AtomicLong checkpoint = new AtomicLong(source.startTs() + 1);
        SyncPointMarker marker = marker(source, checkpoint);

        long early = mark(marker, source);
        assertThat(syncPoints(source, early)).as("within the first copy").isEmpty();
        checkpoint.set(source.startTs() + 2);
        long counting = mark(marker, source);
        assertThat(syncPoints(source, counting)).hasSize(1);
        assertThat(marker.mark()).isBetween(Duration.ofMillis(1), Duration.ofSeconds(1));

        database.execute("alter table shop.orders add column drawn float default random()");
        long copied = mark(marker, source);
        assertThat(syncPoints(source, copied)).as("a table is copied again").hasSize(1);
        checkpoint.set(copied);
        assertThat(syncPoints(source, mark(marker, source))).hasSize(2);
    }

    @Test
    @DisplayName(
            "None is marked before the end of a window that a DDL has interrupted; marks of another changefeed count for that one alone")
    void notWithinWindows() {
        database.setUp(EACH_SECOND);
        Source source = database.open("n1", 0);
        long end = database.walEnd();
        KeptWindows windows = new KeptWindows(new SourceDatabase(connections()), source.identity());
        windows.keep(database.table(source, "orders").table(), end);
        AtomicLong checkpoint = new AtomicLong(end - 1);
        Duration unused = marker(source, checkpoint).mark();
        assertThat(database.query("select count(*) from maintainer.sync_point")).isEqualTo("0");
        checkpoint.set(end);
        long marked = mark(marker(source, checkpoint), source);
        assertThat(syncPoints(source, marked)).hasSize(1);

        SyncPointMarker another = new SyncPointMarker(
                new SourceDatabase(connections()), "another", Duration.ofSeconds(1), true, () -> 1L << 40);
        Duration until = another.mark();
        assertThat(until).isPositive();
        long both = database.walEnd();
        awaitResolved(source, both);
        assertThat(syncPoints(source, both)).hasSize(1);
        assertThat(database.query("select count(*) from maintainer.sync_point")).isEqualTo("2");
    }

    @Test
    @DisplayName("With ddl=none they come as well; without their table in the publication it is said what to do")
    void withoutDdls() {
        assertThatThrownBy(() -> database.open("n1", 0, EACH_SECOND))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessageContaining("maintainer.sync_point")
                .hasMessageContaining("sync-point-seconds");
        database.setUp(EACH_SECOND);
        Source source = database.open("n1", 0, EACH_SECOND + "&ddl=none");
        long unused = checkpoint(source);
        LiveDatabase.await(
                "a sync point", () -> !syncPoints(source, source.resolvedTs()).isEmpty());
        TableSpan orders = TableSpan.whole(database.table(source, "orders").table());
        assertThat(syncPoints(source, orders, source.resolvedTs())).isNotEmpty();
    }

    private SyncPointMarker marker(Source source, AtomicLong checkpoint) {
        return new SyncPointMarker(
                new SourceDatabase(connections()), source.identity(), Duration.ofSeconds(1), true, checkpoint::get);
    }

    private dev.maintainer.connector.postgres.reader.ConnectionSource connections() {
        return properties -> {
            java.util.Properties all = new java.util.Properties();
            properties.forEach(all::setProperty);
            return database.server.connect(database.name, all);
        };
    }

    /** Marks one, as soon as an interval begins that has none, and waits until it was read; where the log is then. */
    private long mark(SyncPointMarker marker, Source source) {
        String before = database.query("select due from maintainer.sync_point");
        LiveDatabase.await("another interval", () -> {
            Duration unused = marker.mark();
            return !database.query("select due from maintainer.sync_point").equals(before);
        });
        long end = database.walEnd();
        awaitResolved(source, end);
        return end;
    }
}
