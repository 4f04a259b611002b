package dev.maintainer.replication.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WholeRowsWriterTest {
    private static final TableId TABLE = new TableId(7);

    private final List<RowEvent> written = new ArrayList<>();

    private final SpanWriter writer = new WholeRowsWriter(new SpanWriter() {
        @Override
        public WriteResult write(List<RowEvent> rows) {
            written.addAll(rows);
            return WriteResult.DURABLE;
        }

        @Override
        public WriteResult writeDdls(List<DdlEvent> ddls) {
            return WriteResult.HELD;
        }

        @Override
        public void seal() {}
    });

    @Test
    @DisplayName("A row that is told in part is refused with what to do, and nothing of its batch is written")
    void refused() {
        RowEvent whole = new RowEvent(11, TABLE, RowEvent.Op.U, "a", "{\"v\":1,\"w\":2}");
        RowEvent part = new RowEvent(12, TABLE, RowEvent.Op.P, "a", "{\"v\":2,\"w\":{}}");
        assertThat(writer.write(List.of(whole))).isEqualTo(WriteResult.DURABLE);
        assertThatThrownBy(() -> writer.write(List.of(whole, part)))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ROW_MISSING))
                .hasMessageContainingAll("table 7", "12", "REPLICA IDENTITY FULL");
        assertThat(written).containsExactly(whole);
    }
}
