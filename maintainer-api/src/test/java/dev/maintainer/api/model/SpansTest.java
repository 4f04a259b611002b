package dev.maintainer.api.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Bounds and spans: one order, the one of unsigned bytes. */
class SpansTest {
    private static final int ROUNDS = 20_000;
    /** One to four bytes in UTF-8 each; the third sorts before the fourth in bytes and behind it in UTF-16. */
    private static final String[] LETTERS = {"a", "\u00e9", "\uffee", "\ud83d\ude00"};

    private static SpanBound bound(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> SpanBound.LOWEST;
            case 1 -> SpanBound.HIGHEST;
            default -> SpanBound.before(key(random));
        };
    }

    private static String key(SplittableRandom random) {
        StringBuilder key = new StringBuilder();
        for (int i = random.nextInt(1, 4); i > 0; i--) {
            key.append(LETTERS[random.nextInt(LETTERS.length)]);
        }
        return key.toString();
    }

    private static TableSpan span(SplittableRandom random) {
        while (true) {
            SpanBound start = bound(random);
            SpanBound end = bound(random);
            if (start.compareTo(end) < 0) {
                return new TableSpan(new TableId(random.nextInt(1, 4)), start, end);
            }
        }
    }

    @Test
    void halfASurrogatePairIsNoKey() {
        for (String half : new String[] {"\ud800", "a\ude00", "\ud83db", "\ude00\ud83d", "\ud83d\ud83d\ude00"}) {
            assertThatThrownBy(() -> SpanBound.before(half))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("surrogate");
        }
    }

    @Test
    void boundsAreInOneTotalOrder() {
        SplittableRandom random = new SplittableRandom(1);
        for (int i = 0; i < ROUNDS; i++) {
            SpanBound[] three = {bound(random), bound(random), bound(random)};
            Arrays.sort(three);

            assertThat(three[0]).isLessThanOrEqualTo(three[2]);
            assertThat(Integer.signum(three[0].compareTo(three[1])))
                    .isEqualTo(-Integer.signum(three[1].compareTo(three[0])));
            assertThat(three[0].equals(three[1])).isEqualTo(three[0].compareTo(three[1]) == 0);
            assertThat(three[0].equals(three[1]) && three[0].hashCode() != three[1].hashCode())
                    .isFalse();
            assertThat(three[0]).isBetween(SpanBound.LOWEST, SpanBound.HIGHEST);
        }
    }

    @Test
    void keysCompareByUnsignedBytesThatIsByCodePoint() {
        SplittableRandom random = new SplittableRandom(2);
        for (int i = 0; i < ROUNDS; i++) {
            String left = key(random);
            String right = key(random);
            int byCodePoint = Arrays.compare(
                    left.codePoints().toArray(), right.codePoints().toArray());

            assertThat(Integer.signum(SpanBound.before(left).compareTo(SpanBound.before(right))))
                    .isEqualTo(Integer.signum(byCodePoint));
        }
    }

    @Test
    void theEmptyKeyIsTheLowestBoundAndNothingIsAboveTheHighest() {
        assertThat(SpanBound.before("")).isEqualTo(SpanBound.LOWEST);
        assertThat(SpanBound.HIGHEST).isGreaterThan(SpanBound.before("\udbff\udfff".repeat(8)));
        assertThat(SpanBound.HIGHEST).isNotEqualTo(SpanBound.LOWEST);
    }

    @Test
    void spansAreInOneTotalOrderByTableStartAndEnd() {
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < ROUNDS; i++) {
            TableSpan[] three = {span(random), span(random), span(random)};
            Arrays.sort(three);

            assertThat(three[0]).isLessThanOrEqualTo(three[2]);
            assertThat(three[0].table()).isLessThanOrEqualTo(three[1].table());
            if (three[0].table().equals(three[1].table())) {
                assertThat(three[0].start()).isLessThanOrEqualTo(three[1].start());
                if (three[0].start().equals(three[1].start())) {
                    assertThat(three[0].end()).isLessThanOrEqualTo(three[1].end());
                }
            }
            assertThat(three[0].equals(three[1])).isEqualTo(three[0].compareTo(three[1]) == 0);
        }
    }

    @Test
    void overlappingAndCoveringAgreeWithTheKeysInBetween() {
        SplittableRandom random = new SplittableRandom(4);
        for (int i = 0; i < ROUNDS; i++) {
            TableSpan left = span(random);
            TableSpan right = span(random);
            boolean sameTable = left.table().equals(right.table());
            SpanBound from = left.start().compareTo(right.start()) > 0 ? left.start() : right.start();
            SpanBound to = left.end().compareTo(right.end()) < 0 ? left.end() : right.end();

            assertThat(left.overlaps(right)).isEqualTo(sameTable && from.compareTo(to) < 0);
            assertThat(left.overlaps(right)).isEqualTo(right.overlaps(left));
            assertThat(left.covers(right)).isEqualTo(sameTable && from.equals(right.start()) && to.equals(right.end()));
            assertThat(left.covers(right) && right.covers(left)).isEqualTo(left.equals(right));
            assertThat(TableSpan.whole(left.table()).covers(left)).isTrue();
        }
    }

    @Test
    void adjoiningSpansShareNothingAndLeaveNothingOut() {
        SplittableRandom random = new SplittableRandom(5);
        for (int i = 0; i < ROUNDS; i++) {
            TableSpan left = span(random);
            TableSpan right = span(random);
            boolean united = left.table().equals(right.table())
                    && left.start().compareTo(right.start()) < 0
                    && !left.overlaps(right)
                    && left.end().equals(right.start());

            assertThat(left.adjoins(right)).isEqualTo(united);
            assertThat(left.adjoins(left)).isFalse();
        }
    }

    @Test
    void neighboursDoNotOverlap() {
        TableSpan left = new TableSpan(new TableId(1), SpanBound.LOWEST, SpanBound.before("m"));
        TableSpan right = new TableSpan(new TableId(1), SpanBound.before("m"), SpanBound.HIGHEST);

        assertThat(left.overlaps(right)).isFalse();
    }

    @Test
    void refusesEmptyAndInvertedSpans() {
        SpanBound m = SpanBound.before("m");

        assertThatThrownBy(() -> new TableSpan(new TableId(1), m, m)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new TableSpan(new TableId(1), SpanBound.HIGHEST, m))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    @DisplayName("Invariant 6: the group is a function of the span")
    void wholeTablesShareTheDefaultGroupAndPartsHaveTheirTablesGroup() {
        TableSpan part = new TableSpan(new TableId(7), SpanBound.before("m"), SpanBound.HIGHEST);

        assertThat(GroupId.of(TableSpan.whole(new TableId(7)))).isEqualTo(GroupId.DEFAULT);
        assertThat(GroupId.of(part)).isNotEqualTo(GroupId.DEFAULT).hasToString("table-7");
        assertThat(GroupId.of(part))
                .isEqualTo(GroupId.of(new TableSpan(new TableId(7), SpanBound.LOWEST, SpanBound.before("m"))));
    }
}
