package dev.maintainer.connector.files;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.event.RowEvent;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class TableProgressTest {
    private static final TableId TABLE = new TableId(1);
    private static final TableSpan WHOLE = TableSpan.whole(TABLE);
    private static final TableSpan LEFT = new TableSpan(TABLE, SpanBound.LOWEST, SpanBound.before("m"));
    private static final TableSpan RIGHT = new TableSpan(TABLE, SpanBound.before("m"), SpanBound.HIGHEST);

    private static RowEvent row(String key, long commitTs) {
        return new RowEvent(commitTs, TABLE, RowEvent.Op.D, key, null);
    }

    private final TableProgress progress = new TableProgress();

    @Test
    @DisplayName("a change is news once, and an older one of its key is none")
    void news() {
        assertThat(progress.note(row("a", 20))).isTrue();
        assertThat(progress.note(row("a", 20))).isFalse();
        assertThat(progress.note(row("a", 10))).isFalse();
        assertThat(progress.note(row("a", 30))).isTrue();
        assertThat(progress.note(row("b", 10))).isTrue();
        assertThat(progress.holds(row("b", 11))).isFalse();
        assertThat(progress.completeTo()).as("nobody has said so").isZero();
    }

    @Test
    @DisplayName("what was declared complete is known without remembering its keys")
    void complete() {
        progress.note(row("a", 20));
        progress.complete(WHOLE, 25);
        assertThat(progress.completeTo()).isEqualTo(25);
        assertThat(progress.holds(row("never seen", 25))).isTrue();
        assertThat(progress.note(row("a", 22))).isFalse();
        assertThat(progress.note(row("a", 26))).isTrue();
        progress.complete(WHOLE, 24);
        assertThat(progress.completeTo()).isEqualTo(25);
    }

    @Test
    @DisplayName("of a table that is split, each part is as far as its dispatcher; the table is as far as the last")
    void split() {
        progress.complete(WHOLE, 10);
        progress.note(row("a", 12));
        progress.note(row("z", 12));
        progress.complete(RIGHT, 30);
        assertThat(progress.completeTo()).isEqualTo(10);
        assertThat(progress.holds(row("z", 30))).isTrue();
        assertThat(progress.holds(row("a", 12))).isTrue();
        assertThat(progress.holds(row("a", 13))).isFalse();
        assertThat(progress.holds(row("l", 12))).isFalse();
        progress.complete(LEFT, 20);
        assertThat(progress.completeTo()).isEqualTo(20);
    }

    @Test
    @DisplayName("parts that are merged again are one part once they are equally far")
    void merge() {
        progress.complete(LEFT, 20);
        progress.complete(RIGHT, 30);
        progress.complete(WHOLE, 25);
        assertThat(progress.completeTo()).isEqualTo(25);
        assertThat(progress.holds(row("z", 30))).isTrue();
        assertThat(progress.holds(row("a", 30))).isFalse();
        progress.complete(WHOLE, 40);
        assertThat(progress.completeTo()).isEqualTo(40);
        assertThat(progress.note(row("a", 41))).isTrue();
        assertThat(progress.note(row("z", 41))).isTrue();
        progress.complete(WHOLE, 41);
        assertThat(progress.completeTo()).isEqualTo(41);
    }

    @Test
    @DisplayName("what is before a durable checkpoint is known without having been seen")
    void beginsAtACheckpoint() {
        TableProgress later = new TableProgress(30);
        assertThat(later.note(row("a", 30))).isFalse();
        assertThat(later.note(row("a", 31))).isTrue();
        assertThat(later.completeTo()).isEqualTo(30);
    }
}
