package dev.maintainer.connector.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

/** A table whose keys are the numbers from 0 on. */
class CopyCourseTest {
    private static final TableId TABLE = new TableId(1);
    private static final int KEYS = 60;

    private static SpanBound bound(int key) {
        return key == 0
                ? SpanBound.LOWEST
                : key == KEYS ? SpanBound.HIGHEST : SpanBound.before(new byte[] {(byte) (key * 4)});
    }

    private static int key(SpanBound bound) {
        return bound.equals(SpanBound.HIGHEST) ? KEYS : bound.bytes().length == 0 ? 0 : (bound.bytes()[0] & 0xff) / 4;
    }

    private static TableSpan span(int from, int to) {
        return new TableSpan(TABLE, bound(from), bound(to));
    }

    private static List<TableSpan> partsOf(CopyCourse course) {
        List<TableSpan> parts = new ArrayList<>();
        while (!course.isRead()) {
            parts.add(course.part());
            course.partEnds();
        }
        return parts;
    }

    @Test
    @DisplayName("What the sink has is left out, and what is between is read")
    void leavesOut() {
        assertThat(partsOf(new CopyCourse(span(10, 50), List.of()))).containsExactly(span(10, 50));
        assertThat(partsOf(new CopyCourse(span(10, 50), List.of(span(10, 50))))).isEmpty();
        assertThat(partsOf(new CopyCourse(span(10, 50), List.of(span(0, 20), span(30, 40), span(45, KEYS)))))
                .containsExactly(span(20, 30), span(40, 45));
        assertThat(partsOf(new CopyCourse(span(10, 50), List.of(span(0, 5), span(55, KEYS)))))
                .containsExactly(span(10, 50));
    }

    @Test
    @DisplayName("A part is read from its beginning on, and everything before it counts as read")
    void readTo() {
        CopyCourse course = new CopyCourse(span(0, KEYS), List.of(span(0, 20), span(30, 40)));
        assertThat(course.readTo()).isEqualTo(bound(20));
        course.read(List.of("25"));
        assertThat(course.lastKey()).containsExactly("25");
        assertThat(course.readTo()).isEqualTo(bound(20));

        course.partEnds();
        assertThat(course.lastKey()).isNull();
        assertThat(course.readTo()).isEqualTo(bound(40));

        course.partEnds();
        assertThat(course.readTo()).isEqualTo(SpanBound.HIGHEST);
    }

    /** Rows that were read are in the sink; some of what is there is noted there, too, but never more than that. */
    private static final class Table {
        final BitSet inSink = new BitSet();
        final BitSet noted = new BitSet();
        final SplittableRandom random;

        Table(long seed) {
            random = new SplittableRandom(seed);
        }

        /** Copies a span, and perhaps breaks off. */
        void copy(TableSpan span, boolean isBrokenOff) {
            CopyCourse course = new CopyCourse(span, notedParts());
            while (!course.isRead() && !(isBrokenOff && random.nextInt(6) == 0)) {
                List<String> last = course.lastKey();
                TableSpan part = course.part();
                int from = last == null ? key(part.start()) : Integer.parseInt(last.get(0)) + 1;
                int to = Math.min(key(part.end()), from + 1 + random.nextInt(8));
                assertThat(noted.get(from, to).cardinality()).as("read again").isZero();
                inSink.set(from, to);
                if (to == key(part.end())) {
                    course.partEnds();
                } else {
                    course.read(List.of(Integer.toString(to - 1)));
                }
                if (random.nextBoolean()) {
                    boolean isWithinPart = !course.isRead() && course.lastKey() != null && random.nextBoolean();
                    noted.set(key(span.start()), isWithinPart ? to : key(course.readTo()));
                }
            }
            if (course.isRead()) {
                noted.set(key(span.start()), key(span.end()));
            }
        }

        private List<TableSpan> notedParts() {
            List<TableSpan> parts = new ArrayList<>();
            for (int from = noted.nextSetBit(0), to; from >= 0; from = noted.nextSetBit(to)) {
                to = noted.nextClearBit(from);
                parts.add(span(from, Math.min(to, KEYS)));
            }
            return parts;
        }
    }

    @RepeatedTest(300)
    @DisplayName(
            "However often spans are cut, merged and broken off, all rows are copied, and none that was noted again")
    void cutMergedAndBrokenOff(RepetitionInfo run) {
        Table table = new Table(run.getCurrentRepetition());
        for (int opening = 0; opening < 12; opening++) {
            int from = table.random.nextInt(KEYS);
            table.copy(span(from, from + 1 + table.random.nextInt(KEYS - from)), true);
            BitSet ahead = (BitSet) table.noted.clone();
            ahead.andNot(table.inSink);
            assertThat(ahead.cardinality()).as("noted, and not there").isZero();
        }
        table.copy(span(0, KEYS), false);
        assertThat(table.inSink.cardinality()).isEqualTo(KEYS);
    }
}
