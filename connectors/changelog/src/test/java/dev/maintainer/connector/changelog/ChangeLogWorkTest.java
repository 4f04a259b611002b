package dev.maintainer.connector.changelog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.SpanWork;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.stream.WrittenWork;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Work from real rows: rates by key range, and keys to cut at. */
class ChangeLogWorkTest {
    private static final TableSpan WHOLE = TableSpan.whole(new TableId(1));
    private static final TableName TABLE = new TableName("s", "t");

    private static TableSpan span(String from, String to) {
        return new TableSpan(new TableId(1), SpanBound.before(from), SpanBound.before(to));
    }

    /** Rows at 1, 2, ..., each of nine bytes with its key of one. */
    private static ChangeLog log(String... keys) {
        ChangeLogBuilder builder = new ChangeLogBuilder().createTable(10, TABLE);
        long ts = 10;
        for (String key : keys) {
            builder.row(++ts, TABLE, RowEvent.Op.U, key, "{\"v\":10}");
        }
        return builder.build("digest");
    }

    @Test
    @DisplayName("nothing is known before half a window has been seen, then the rate of what was released in it")
    void rates() {
        Frontier frontier = new Frontier(10);
        ChangeLogWork load = new ChangeLogWork(log("a", "b", "b", "c"), frontier, 1_000);
        load.sample(0);
        assertThat(load.work(WHOLE)).isEqualTo(SpanWork.UNKNOWN);
        frontier.advanceTo(13);
        load.sample(500);

        assertThat(load.work(WHOLE)).isEqualTo(new SpanWork(54, 6));
        assertThat(load.work(span("a", "b"))).isEqualTo(new SpanWork(18, 2));
        assertThat(load.work(span("b", "c"))).isEqualTo(new SpanWork(36, 4));
        assertThat(load.work(TableSpan.whole(new TableId(99)))).isEqualTo(new SpanWork(0, 0));
    }

    @Test
    @DisplayName("what was released long ago is no work any more")
    void cools() {
        Frontier frontier = new Frontier(10);
        ChangeLogWork load = new ChangeLogWork(log("a", "b", "c"), frontier, 1_000);
        load.sample(0);
        frontier.advanceTo(13);
        for (long now = 100; now <= 2_000; now += 100) {
            load.sample(now);
        }

        assertThat(load.work(WHOLE)).isEqualTo(new SpanWork(0, 0));
        assertThat(load.cuts(WHOLE, 2)).isEmpty();
    }

    @Test
    @DisplayName("one key cannot be cut, and a cut is never at the start of a span")
    void noCut() {
        Frontier frontier = new Frontier(20);
        ChangeLogWork load = new ChangeLogWork(log("m", "m", "m"), new Frontier(10), 1_000);
        load.sample(0);

        assertThat(load.cuts(WHOLE, 4)).isEmpty();
        assertThat(frontier.resolvedTs()).isEqualTo(20);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    @DisplayName("cuts are inside the span, ascending, few enough, and no part has more than its share and one key")
    void cuts(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        String[] keys = new String[400];
        for (int i = 0; i < keys.length; i++) {
            keys[i] = String.valueOf((char) ('a' + Math.min(random.nextInt(26), random.nextInt(26))));
        }
        Frontier frontier = new Frontier(10);
        ChangeLogWork load = new ChangeLogWork(log(keys), frontier, 1_000);
        load.sample(0);
        frontier.advanceTo(1_000);
        load.sample(1_000);
        for (int parts = 2; parts < 12; parts++) {
            TableSpan span = span("b", "y");
            List<SpanBound> cuts = load.cuts(span, parts);

            assertThat(cuts).hasSizeLessThan(parts).isSorted().doesNotHaveDuplicates();
            List<SpanBound> bounds = new ArrayList<>(List.of(span.start()));
            bounds.addAll(cuts);
            bounds.add(span.end());
            double whole = load.work(span).bytesPerSecond();
            double heaviest = 0;
            for (char key = 'b'; key < 'y'; key++) {
                heaviest = Math.max(
                        heaviest,
                        load.work(span(String.valueOf(key), String.valueOf((char) (key + 1))))
                                .bytesPerSecond());
            }
            for (int i = 1; i < bounds.size(); i++) {
                TableSpan part = new TableSpan(new TableId(1), bounds.get(i - 1), bounds.get(i));
                assertThat(load.work(part).bytesPerSecond()).isLessThanOrEqualTo(whole / parts + 2 * heaviest);
            }
        }
    }

    @Test
    @DisplayName("what a node has written is counted, with the bytes of keys and rows")
    void written() {
        WrittenWork work = new WrittenWork();
        work.of(new NodeId("n1")).add(log("a", "b").tables().get(0).rows().all());
        work.of(new NodeId("n2"));

        assertThat(work.sums())
                .containsEntry(new NodeId("n1"), new WrittenWork.Sum(2, 18))
                .containsEntry(new NodeId("n2"), new WrittenWork.Sum(0, 0));
    }
}
