package dev.maintainer.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WatermarkTest {

    @ParameterizedTest
    @CsvSource({
        "higher sequence, lower checkpoint,  2,  50, true",
        "higher sequence, same checkpoint,   2, 100, true",
        "same sequence,   higher checkpoint, 1, 101, true",
        "same sequence,   same checkpoint,   1, 100, false",
        "same sequence,   lower checkpoint,  1,  99, false",
        "lower sequence,  higher checkpoint, 0, 200, false",
    })
    void takesTheHigherSequenceAndWithinItTheHigherCheckpoint(
            String sequence, String checkpoint, long seq, long checkpointTs, boolean taken) {
        Watermark held = new Watermark(100, 300, 1);

        assertThat(new Watermark(checkpointTs, 300, seq).supersedes(held))
                .as("%s, %s", sequence, checkpoint)
                .isEqualTo(taken);
    }

    @Test
    void withTheSameCheckpointItTakesWhatHasReceivedMore() {
        Watermark held = new Watermark(100, 300, 1);

        assertThat(new Watermark(100, 301, 1).supersedes(held)).isTrue();
        assertThat(new Watermark(99, 400, 1).supersedes(held)).isFalse();
        assertThat(new Watermark(101, 101, 1).supersedes(held)).isTrue();
    }

    @Test
    void twoWatermarksNeverSupersedeEachOther() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < 10_000; i++) {
            Watermark left = new Watermark(random.nextInt(1, 4), random.nextInt(4, 7), random.nextInt(3));
            Watermark right = new Watermark(random.nextInt(1, 4), random.nextInt(4, 7), random.nextInt(3));

            assertThat(left.supersedes(right) && right.supersedes(left)).isFalse();
            assertThat(left.supersedes(left)).isFalse();
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 10, 1", "-1, 10, 1", "9223372036854775807, 9223372036854775807, 1", "11, 10, 1", "10, 10, -1"})
    void refusesWhatWouldPoisonAMinimum(long checkpointTs, long resolvedTs, long seq) {
        assertThatThrownBy(() -> new Watermark(checkpointTs, resolvedTs, seq))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
