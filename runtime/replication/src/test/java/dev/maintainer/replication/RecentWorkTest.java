package dev.maintainer.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RecentWorkTest {
    private static final TableId ORDERS = new TableId(1);
    private static final TableSpan WHOLE = TableSpan.whole(ORDERS);

    private long millis;
    private long ts;
    private final RecentWork work = new RecentWork(() -> TimeUnit.MILLISECONDS.toNanos(millis));

    private void row(String key) {
        work.add(new RowEvent(++ts, ORDERS, RowEvent.Op.U, key, "{}"));
    }

    private static TableSpan span(String start, String end) {
        return new TableSpan(ORDERS, SpanBound.before(start), SpanBound.before(end));
    }

    /** So many rows a second for some seconds, of keys that begin with one of the digits. */
    private void load(int seconds, int rowsPerSecond, String digits, Random random) {
        for (int i = 0; i < seconds * rowsPerSecond; i++) {
            row(digits.charAt(random.nextInt(digits.length())) + "-" + random.nextInt(1_000));
            if (i % rowsPerSecond == rowsPerSecond - 1) {
                millis += 1_000;
            }
        }
    }

    @Test
    @DisplayName("Nothing is known for two seconds; then the rate of the last ones, whatever was before")
    void rates() {
        row("a");
        assertThat(work.work(WHOLE)).isEqualTo(SpanWork.UNKNOWN);
        load(10, 500, "0123456789", new Random(1));
        assertThat(work.work(WHOLE).rowsPerSecond()).isCloseTo(500, within(130.0));
        load(6, 20, "0123456789", new Random(2));
        assertThat(work.work(WHOLE).rowsPerSecond()).isCloseTo(20, within(6.0));
        assertThat(work.work(WHOLE).bytesPerSecond()).isGreaterThan(20 * 5);
        assertThat(work.work(TableSpan.whole(new TableId(2)))).isEqualTo(new SpanWork(0, 0));
    }

    @Test
    @DisplayName("A table whose rows have ceased cools down within four seconds, and is forgotten")
    void cools() {
        load(4, 100, "0", new Random(1));
        millis += 4_000;
        assertThat(work.work(WHOLE)).isEqualTo(new SpanWork(0, 0));
        assertThat(work.cuts(WHOLE, 4)).isEmpty();
    }

    @Test
    @DisplayName("A part of a table has the load of its keys")
    void parts() {
        load(6, 1_000, "0000000012", new Random(3));
        double all = work.work(WHOLE).rowsPerSecond();
        assertThat(work.work(span("0", "1")).rowsPerSecond() / all).isCloseTo(0.8, within(0.15));
        assertThat(work.work(span("3", "9")).rowsPerSecond()).isZero();
    }

    @Test
    @DisplayName("Cuts lie inside the span, ascend, and make parts of about equal load")
    void cuts() {
        load(6, 1_000, "0123456789", new Random(4));
        for (int parts = 2; parts <= 5; parts++) {
            List<SpanBound> cuts = work.cuts(WHOLE, parts);
            assertThat(cuts).hasSize(parts - 1).isSorted();
            SpanBound start = WHOLE.start();
            for (SpanBound cut : cuts) {
                double share = work.work(new TableSpan(ORDERS, start, cut)).rowsPerSecond()
                        / work.work(WHOLE).rowsPerSecond();
                assertThat(share).as("of %d parts", parts).isCloseTo(1.0 / parts, within(0.1));
                start = cut;
            }
        }
        assertThat(work.cuts(span("3", "4"), 2))
                .singleElement()
                .satisfies(cut -> assertThat(cut).isBetween(SpanBound.before("3"), SpanBound.before("4")));
    }

    @Test
    @DisplayName("One key cannot be cut")
    void oneKey() {
        for (int i = 0; i < 100; i++) {
            row("same");
        }
        assertThat(work.cuts(WHOLE, 2)).isEmpty();
    }
}
