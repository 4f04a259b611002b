package dev.maintainer.connector.postgres.sink;

import static dev.maintainer.connector.postgres.catalog.Images.column;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.TableId;
import dev.maintainer.connector.postgres.catalog.ColumnImage;
import dev.maintainer.connector.postgres.catalog.KeylessKey;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.connector.postgres.catalog.SeenTransactions;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.connector.postgres.wal.ReplicaIdentity;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each change of a table without a key counts once. */
class KeylessBatchTest {
    private static final TableId LOG = new TableId(7);
    private static final List<ColumnImage> COLUMNS = List.of(column(1, "a", "text"), column(2, "b", "text"));
    private static final RowFormat FORMAT = new RowFormat(new TableImage(COLUMNS, List.of(), ReplicaIdentity.FULL));
    private static final SeenTransactions SEEN = new SeenTransactions(50, 10, 20, Set.of(15L));

    private static RowEvent event(long ts, KeylessKey key, RowEvent.@Nullable Op op, @Nullable String row) {
        RowEvent.Op known = op == null ? row == null ? RowEvent.Op.D : RowEvent.Op.I : op;
        return new RowEvent(ts, LOG, known, key.text(), null, row, "d");
    }

    private static RowEvent inserted(long ts, long place, String a) {
        return event(ts, new KeylessKey.Change(ts, place, null), null, row(a));
    }

    private static RowEvent deleted(long ts, long place, String a) {
        return event(ts, new KeylessKey.Change(ts, place, row(a)), null, null);
    }

    private static RowEvent updated(long ts, long place, String before, String after) {
        return event(ts, new KeylessKey.Change(ts, place, row(before)), RowEvent.Op.U, row(after));
    }

    private static String row(String a) {
        return "{\"a\":\"" + a + "\",\"b\":null}";
    }

    private static KeylessBatch batch(KeylessProgress progress, RowEvent... events) {
        return KeylessBatch.of(progress, List.of(events), definition -> FORMAT);
    }

    private static List<String> done(KeylessBatch batch) {
        return batch.steps().stream().map(KeylessBatchTest::text).toList();
    }

    private static String text(KeylessBatch.Step step) {
        if (step instanceof KeylessBatch.Exchange exchange) {
            return "-" + values(exchange.going()) + " +" + values(exchange.coming());
        }
        return "empty";
    }

    private static String values(List<RowValues> rows) {
        return rows.stream().map(row -> String.valueOf(row.text(0))).toList().toString();
    }

    @Test
    @DisplayName("Rows that are equal are as many as were written, in their order")
    void equalRows() {
        KeylessBatch batch = batch(
                KeylessProgress.NONE,
                inserted(5, 0, "x"),
                inserted(5, 1, "y"),
                inserted(5, 2, "x"),
                deleted(6, 0, "x"),
                deleted(6, 1, "z"),
                updated(7, 0, "y", "w"),
                inserted(7, 1, "y"));
        assertThat(done(batch)).containsExactly("-[z] +[x, w, y]");
        assertThat(batch.applied()).isEqualTo(7);
        assertThat(batch.progress()).isEqualTo(new KeylessProgress(7, 2, null));
    }

    @Test
    @DisplayName("What comes again is left out, up to a place within the last transaction that was written in part")
    void comesAgain() {
        KeylessProgress before = batch(
                        KeylessProgress.NONE, inserted(5, 0, "x"), inserted(6, 3, "x"), inserted(6, 5, "y"))
                .progress();
        KeylessBatch again = batch(
                before,
                inserted(5, 0, "x"),
                inserted(6, 3, "x"),
                inserted(6, 5, "y"),
                inserted(6, 9, "z"),
                inserted(7, 0, "x"));
        assertThat(done(again)).containsExactly("-[] +[z, x]");
        assertThat(again.applied()).isEqualTo(2);
        assertThat(again.again()).isEqualTo(3);
        assertThat(KeylessProgress.parse(before.text())).isEqualTo(before);
        assertThat(KeylessProgress.parse(KeylessProgress.NONE.text())).isEqualTo(KeylessProgress.NONE);
    }

    @Test
    @DisplayName("Changes that a copy has seen are left out, and all others come, also those from before its end")
    void copied() {
        KeylessBatch copy = batch(
                new KeylessProgress(4, 0, null),
                event(4, new KeylessKey.CopyBegins(), null, null),
                event(4, new KeylessKey.Copied(), null, row("x")),
                event(4, new KeylessKey.Copied(), null, row("x")),
                event(4, new KeylessKey.CopyEnds(SEEN), null, null));
        assertThat(done(copy)).containsExactly("empty", "-[] +[x, x]");
        assertThat(copy.begins()).isTrue();
        assertThat(copy.completeTs()).isEqualTo(4);
        assertThat(KeylessProgress.parse(copy.progress().text())).isEqualTo(copy.progress());

        KeylessBatch behind = batch(
                copy.progress(),
                inserted(9, 0, "seen"),
                inserted(15, 0, "was running"),
                inserted(16, 0, "seen"),
                inserted(20, 0, "later"),
                inserted(51, 0, "behind the end"));
        assertThat(done(behind)).containsExactly("-[] +[was running, later, behind the end]");
    }

    @Test
    @DisplayName("A copy that begins anew leaves nothing of the former one, and nothing counts as written")
    void beginsAnew() {
        KeylessBatch batch = batch(
                new KeylessProgress(90, 7, new KeylessKey.CopyEnds(SEEN)),
                event(4, new KeylessKey.CopyBegins(), null, null),
                event(4, new KeylessKey.CopyEnds(SEEN), null, null),
                inserted(60, 0, "x"));
        assertThat(done(batch)).containsExactly("empty", "-[] +[x]");
    }

    @Test
    @DisplayName(
            "Rows that tell other columns come one after the other: they are equal to what is there, not to what comes")
    void otherColumns() {
        KeylessBatch batch = batch(
                KeylessProgress.NONE,
                event(5, new KeylessKey.Change(5, 0, null), null, "{\"a\":\"x\"}"),
                deleted(6, 0, "x"));
        assertThat(done(batch)).containsExactly("-[] +[x]", "-[x] +[]");
    }
}
