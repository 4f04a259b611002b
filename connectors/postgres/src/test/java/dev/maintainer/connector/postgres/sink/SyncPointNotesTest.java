package dev.maintainer.connector.postgres.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a sync point leaves in the database. */
class SyncPointNotesTest {
    private static final long NOON = 1_764_590_400_000L;
    private static final String NOTES = "select commit_ts || ' ' || extract(epoch from source_time)::bigint"
            + " from maintainer_sink.sync_point where changefeed = 'shop' order by commit_ts";

    /** Rows are only inserted, so who has written one is who has made it. */
    private static final String SEEN =
            "select o.key from shop.orders o, maintainer_sink.sync_point s where s.commit_ts = %d"
                    + " and pg_visible_in_snapshot(o.xmin::text::xid8, s.sink_snapshot) order by 1";

    private static final String INSERTED =
            "select count(*) from pg_logical_slot_peek_binary_changes('%s', (select sink_lsn"
                    + " from maintainer_sink.sync_point where commit_ts = %d), null, 'proto_version', '1',"
                    + " 'publication_names', 'log') where get_byte(data, 0) = ascii('I')";

    private final Shop shop = new Shop();
    private final Shop.SinkProcess owner = shop.owner();

    @AfterEach
    void end() throws Exception {
        shop.close();
    }

    @Test
    @DisplayName("It says what time it was in the source, and its snapshot sees what was there, and nothing behind it")
    void snapshot() {
        SpanWriter trigger = owner.trigger();
        SpanWriter rows = owner.open(Shop.WHOLE, Shop.DISPATCHER);
        Shop.write(rows, Shop.order(11, "a", 1), Shop.order(12, "b", 1));
        assertThat(trigger.writeSyncPoint(12, NOON)).isEqualTo(WriteResult.DURABLE);
        Shop.write(rows, Shop.order(13, "c", 1));
        assertThat(trigger.writeSyncPoint(13, NOON + 60_000)).isEqualTo(WriteResult.DURABLE);
        Shop.write(rows, Shop.order(14, "d", 1));

        assertThat(shop.query(NOTES)).containsExactly("12 " + NOON / 1000, "13 " + (NOON / 1000 + 60));
        assertThat(shop.query(SEEN.formatted(12))).containsExactly("a", "b");
        assertThat(shop.query(SEEN.formatted(13))).containsExactly("a", "b", "c");
        assertThat(shop.query("select count(*) from maintainer_sink.sync_point a join maintainer_sink.sync_point b"
                        + " on a.commit_ts < b.commit_ts and a.sink_lsn < b.sink_lsn"
                        + " and b.sink_lsn < pg_current_wal_lsn() and a.written_at < b.written_at"))
                .containsExactly("1");
    }

    @Test
    @DisplayName("Up to its position the log of the sink has what was there, and nothing behind it")
    void position() {
        String slot = shop.database + "_log";
        shop.sql("create publication log for table shop.orders");
        shop.sql("select pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
        try {
            SpanWriter trigger = owner.trigger();
            SpanWriter rows = owner.open(Shop.WHOLE, Shop.DISPATCHER);
            Shop.write(rows, Shop.order(11, "a", 1), Shop.order(12, "b", 1));
            assertThat(trigger.writeSyncPoint(12, NOON)).isEqualTo(WriteResult.DURABLE);
            Shop.write(rows, Shop.order(13, "c", 1));
            assertThat(trigger.writeSyncPoint(13, NOON)).isEqualTo(WriteResult.DURABLE);
            Shop.write(rows, Shop.order(14, "d", 1));

            assertThat(shop.query(INSERTED.formatted(slot, 12))).containsExactly("2");
            assertThat(shop.query(INSERTED.formatted(slot, 13))).containsExactly("3");
        } finally {
            shop.sql("select pg_drop_replication_slot('" + slot + "')");
        }
    }

    @Test
    @DisplayName("One that comes again changes nothing, whatever time it says, also if somebody has deleted older ones")
    void again() {
        SpanWriter trigger = owner.trigger();
        assertThat(trigger.writeSyncPoint(12, NOON)).isEqualTo(WriteResult.DURABLE);
        assertThat(trigger.writeSyncPoint(20, NOON)).isEqualTo(WriteResult.DURABLE);
        List<String> noted = shop.query("select s::text from maintainer_sink.sync_point s order by 1");
        assertThat(trigger.writeSyncPoint(20, NOON + 1_000)).isEqualTo(WriteResult.DURABLE);
        assertThat(shop.query("select s::text from maintainer_sink.sync_point s order by 1"))
                .isEqualTo(noted);

        shop.sql("delete from maintainer_sink.sync_point where commit_ts = 12");
        assertThat(shop.process().trigger().writeSyncPoint(12, NOON)).isEqualTo(WriteResult.DURABLE);
        assertThat(shop.query(NOTES)).containsExactly("20 " + NOON / 1000);
    }

    @Test
    @DisplayName("Whoever was superseded notes none: it is held, or sealed")
    void superseded() {
        SpanWriter older = owner.trigger();
        SpanWriter newer = owner.trigger();
        assertThat(older.writeSyncPoint(12, NOON)).isEqualTo(WriteResult.SEALED);
        Shop.SinkProcess next = shop.process();
        next.own(2);
        assertThat(newer.writeSyncPoint(12, NOON)).isEqualTo(WriteResult.HELD);
        assertThat(shop.query(NOTES)).isEmpty();
    }

    @Test
    @DisplayName("If the answer to its commit is lost, it is noted once")
    void answerLost() {
        Wire wire = shop.wire();
        Shop.SinkProcess behind = shop.processBehind(wire);
        SpanWriter trigger = behind.trigger();
        Wire.Plan commit = wire.next(Wire.COMMIT, Wire.Fate.ANSWER_LOST);
        assertThat(trigger.writeSyncPoint(12, NOON)).isEqualTo(WriteResult.DURABLE);
        commit.awaitMet();
        assertThat(trigger.writeSyncPoint(13, NOON)).isEqualTo(WriteResult.DURABLE);
        assertThat(shop.query(NOTES)).hasSize(2);
    }

    @Test
    @DisplayName(
            "A schema of the release before gets the table, and a changefeed that goes takes its sync points along")
    void upgradeAndRelease() {
        shop.sql("drop table maintainer_sink.sync_point", "update maintainer_sink.layout set version = 4");
        Shop.SinkProcess next = shop.process();
        assertThat(next.trigger().writeSyncPoint(12, NOON)).isEqualTo(WriteResult.DURABLE);
        assertThat(shop.query(NOTES)).hasSize(1);
        next.sink.release(Shop.FEED);
        assertThat(shop.query(NOTES)).isEmpty();
    }
}
