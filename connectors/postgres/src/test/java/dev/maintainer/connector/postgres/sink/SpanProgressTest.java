package dev.maintainer.connector.postgres.sink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class SpanProgressTest {
    private static final TableId TABLE = new TableId(1);
    private static final int KEYS = 20;

    private static TableSpan span(int from, int to) {
        return new TableSpan(TABLE, bound(from), bound(to));
    }

    private static SpanBound bound(int key) {
        return key == 0
                ? SpanBound.LOWEST
                : key == KEYS ? SpanBound.HIGHEST : SpanBound.before(new byte[] {(byte) (key * 12)});
    }

    @Test
    void partsOfASpanThatWasSplitKeepItsProgress() {
        SpanProgress whole = SpanProgress.none(span(0, KEYS)).completeTo(50);

        assertThat(whole.within(span(5, 10)).lowest()).isEqualTo(50);
        assertThat(whole.outside(span(5, 10)))
                .extracting(SpanProgress::span)
                .containsExactly(span(0, 5), span(10, KEYS));
        assertThat(whole.outside(span(0, KEYS))).isEmpty();
    }

    @Test
    void aMergedSpanKnowsTheProgressOfEachPartUntilTheSlowestHasCaughtUp() {
        SpanProgress merged = SpanProgress.none(span(0, KEYS))
                .with(SpanProgress.none(span(0, 5)).completeTo(100))
                .with(SpanProgress.none(span(5, KEYS)).completeTo(40));

        assertThat(merged.floor(bound(4))).isEqualTo(100);
        assertThat(merged.floor(bound(5))).isEqualTo(40);
        assertThat(merged.lowest()).isEqualTo(40);
        assertThat(merged.completeTo(60).floor(bound(4))).isEqualTo(100);
        assertThat(merged.completeTo(100).text()).as("one part again").isEqualTo(":100");
    }

    @Test
    void nothingIsKnownOfWhatNobodyHasOpened() {
        SpanProgress gap = SpanProgress.none(span(0, KEYS))
                .with(SpanProgress.none(span(2, 4)).completeTo(9))
                .with(SpanProgress.none(span(6, 8)).completeTo(9));

        assertThat(gap.floor(bound(5))).isZero();
        assertThat(gap.floor(bound(7))).isEqualTo(9);
        assertThat(gap.lowest()).isZero();
    }

    @Test
    void whateverIsSplitAndMergedTheFloorOfEachKeyIsThatOfItsLastPart() {
        for (long seed = 1; seed <= 200; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            long[] expected = new long[KEYS];
            SpanProgress progress = SpanProgress.none(span(0, KEYS));
            for (int step = 0; step < 30; step++) {
                int from = random.nextInt(KEYS);
                int to = from + 1 + random.nextInt(KEYS - from);
                long ts = random.nextInt(100);
                SpanProgress part = progress.within(span(from, to)).completeTo(ts);
                progress = progress.with(part);
                for (int key = from; key < to; key++) {
                    expected[key] = Math.max(expected[key], ts);
                }
                progress = SpanProgress.parse(span(0, KEYS), progress.text());
            }
            List<Long> floors = new ArrayList<>();
            List<Long> wanted = new ArrayList<>();
            for (int key = 0; key < KEYS; key++) {
                floors.add(progress.floor(bound(key)));
                wanted.add(expected[key]);
            }
            assertThat(floors).as("seed %s: %s", seed, progress).isEqualTo(wanted);
        }
    }

    @Test
    void aTextThatIsNoProgressIsRefused() {
        assertThatThrownBy(() -> SpanProgress.parse(span(0, 5), "7"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'7'");
        assertThatThrownBy(() -> SpanProgress.parse(span(1, 5), ":7")).isInstanceOf(IllegalArgumentException.class);
    }
}
