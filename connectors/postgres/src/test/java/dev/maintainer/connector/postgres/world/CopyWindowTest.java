package dev.maintainer.connector.postgres.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.connector.postgres.snapshot.CopyWindows;
import dev.maintainer.connector.postgres.snapshot.DrivenCopies;
import dev.maintainer.connector.postgres.snapshot.TableCopies;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Rows that are completed within the window of a copy. */
class CopyWindowTest {
    private static final long WINDOW_END = 1_000;

    private final SourceModel server = new SourceModel(new Chance(1), 1, false);
    private final SourceTableModel table = server.tables.values().iterator().next();

    /** What whoever goes on within the window gets for a change. */
    private List<RowEvent> following(RowEvent.Op op, String row) {
        TableId id = new TableId(table.oid);
        TableImage image = image(3);
        RowEvent event = new RowEvent(500, id, op, "[\"7\"]", SpanBound.before(new byte[] {7}), row, image(4).json());
        SourceTable copied = new SourceTable(
                new TableInfo(id, new SchemaId(77), new TableName("shop", table.name), true), image, List.of());
        TableCopies.Stream stream = new TableCopies.Stream() {
            @Override
            public long resolvedTs() {
                return 2_000;
            }

            @Override
            public boolean isFull() {
                return false;
            }

            @Override
            public void check() {}
        };
        CopyWindows windows = new CopyWindows() {
            @Override
            public void keep(TableId of, long endTs) {}

            @Override
            public long endTs(TableId of) {
                return WINDOW_END;
            }
        };
        DrivenCopies copies = new DrivenCopies(properties -> ModelConnection.of(new SourceSession(server, QUIET)));
        RowReader reader =
                copies.copies().goOn(copied, TableSpan.whole(id), 100, once(event), stream, windows, () -> {});
        return reader.poll(10, 2_000);
    }

    /** The table with a column that it does not have any more. */
    private TableImage image(int columns) {
        SourceTableModel wider = table.copy();
        while (wider.columns.size() < columns) {
            wider.add("c4", "text");
        }
        return TableImage.parse(wider.image());
    }

    private static RowReader once(RowEvent event) {
        return new RowReader() {
            private boolean polled;

            @Override
            public List<RowEvent> poll(int max, long upToTs) {
                List<RowEvent> rows = polled ? List.of() : List.of(event);
                polled = true;
                return rows;
            }

            @Override
            public long nextTs() {
                return polled ? NONE : event.commitTs();
            }
        };
    }

    private static final SourceSession.Listener QUIET = new SourceSession.Listener() {
        @Override
        public void at() {}

        @Override
        public void read(String name) {}

        @Override
        public void completed(String name) {}
    };

    @Test
    @DisplayName("A new row comes as it is told if it is gone by now: what changes it before that has to find it")
    void newRowThatIsGone() {
        assertThat(following(RowEvent.Op.I, "{\"id\":\"7\",\"v\":\"1\",\"t\":\"x\"}"))
                .extracting(RowEvent::op)
                .containsExactly(RowEvent.Op.I);
    }

    @Test
    @DisplayName("A change of a row that is gone is left out: its deletion comes")
    void changedRowThatIsGone() {
        assertThat(following(RowEvent.Op.U, "{\"id\":\"7\",\"v\":\"1\"}")).isEmpty();
    }

    @Test
    @DisplayName("A change that cannot be completed, since a column was dropped, makes its row if that is not there")
    void changedRowOfDroppedColumn() {
        table.rows.put(7L, Map.of(1, "7", 2, "2", 3, "y"));
        assertThat(following(RowEvent.Op.U, "{\"id\":\"7\",\"v\":\"1\"}"))
                .extracting(RowEvent::op, RowEvent::row)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(RowEvent.Op.I, "{\"id\":\"7\",\"v\":\"1\",\"t\":\"y\"}"));
    }
}
