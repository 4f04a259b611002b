package dev.maintainer.simulator.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Which rows are committed when, as readers and sinks of a world have to agree. */
class RowHistoryTest {
    private static final TableId TABLE = new TableId(3);
    private static final SpanBound MIDDLE = SpanBound.before("m");
    private static final long DAY = 60_000;

    private final Timeline timeline = new Timeline(1, false);
    private final Upstream upstream = new Upstream(timeline, "rows", 4);
    private final RowHistory history = new RowHistory(upstream, 0);

    private List<Long> rows(SpanBound start, SpanBound end) {
        List<Long> found = new ArrayList<>();
        for (long ts = history.nextAfter(TABLE, start, end, 0);
                ts <= DAY;
                ts = history.nextAfter(TABLE, start, end, ts)) {
            found.add(ts);
        }
        return found;
    }

    @Test
    @DisplayName("the parts of a table have its rows, each row in one part")
    void parts() {
        List<Long> lower = rows(SpanBound.LOWEST, MIDDLE);
        List<Long> upper = rows(MIDDLE, SpanBound.HIGHEST);
        TreeSet<Long> together = new TreeSet<>(lower);
        together.addAll(upper);

        assertThat(together).hasSize(lower.size() + upper.size());
        assertThat(rows(SpanBound.LOWEST, SpanBound.HIGHEST)).containsExactlyElementsOf(together);
        assertThat(upper).allMatch(ts -> history.key(TABLE, ts).compareTo("m") >= 0);
        assertThat(together).allMatch(ts -> history.hasRow(TABLE, ts)).noneMatch(ts -> history.hasRow(TABLE, ts + 1));
    }

    @Test
    @DisplayName("between two keys that no row has there is nothing, and it does not take for ever to know")
    void nothing() {
        assertThat(rows(SpanBound.before("mm"), SpanBound.before("mn"))).isEmpty();
    }

    @Test
    @DisplayName("a table that is dropped has no rows afterwards")
    void dropped() {
        timeline.runUntil(timeline.now() + 5_000);
        long droppedTs = timeline.now();
        upstream.dropTable(TABLE);

        assertThat(rows(SpanBound.LOWEST, SpanBound.HIGHEST)).isNotEmpty().allMatch(ts -> ts <= droppedTs);
    }

    @Test
    @DisplayName("another history has other rows")
    void others() {
        RowHistory others = new RowHistory(upstream, 1);

        assertThat(rows(SpanBound.LOWEST, SpanBound.HIGHEST)).noneMatch(ts -> others.hasRow(TABLE, ts));
    }
}
