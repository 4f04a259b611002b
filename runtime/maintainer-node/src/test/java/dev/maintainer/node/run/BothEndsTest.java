package dev.maintainer.node.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.SinkContents;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BothEndsTest {
    private static final TableName STOCK = new TableName("shop", "stock");

    /** An end with one table of one row. */
    private record End(String row, String shape) implements SinkContents {
        @Override
        public String source() {
            return "";
        }

        @Override
        public SortedSet<TableName> tables() {
            return new TreeSet<>(List.of(STOCK));
        }

        @Override
        public String definition(TableName table) {
            return shape;
        }

        @Override
        public RowCursor rows(TableName table) {
            if (row.isEmpty()) {
                throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "there is no column");
            }
            return RowCursor.over(List.of(new Row("a", row, shape)).iterator());
        }

        @Override
        public void close() {}
    }

    private static List<StateDifference.Difference> differences(List<End> source, List<End> sink) {
        List<End> nextSource = new ArrayList<>(source);
        List<End> nextSink = new ArrayList<>(sink);
        List<StateDifference.Difference> differences = new ArrayList<>();
        StateDifference found =
                new BothEnds(() -> nextSource.remove(0), () -> nextSink.remove(0)).compare(null, differences::add);
        assertThat(found.count()).isEqualTo(differences.size());
        return differences;
    }

    @Test
    @DisplayName("rows are compared whatever the definition is under which they were written")
    void rows() {
        assertThat(differences(List.of(new End("1", "x")), List.of(new End("1", "y"))))
                .isEmpty();
        assertThat(differences(
                        List.of(new End("1", "x"), new End("1", "x")), List.of(new End("2", "x"), new End("2", "x"))))
                .singleElement()
                .satisfies(one -> assertThat(one.key()).isEqualTo("a"));
    }

    @Test
    @DisplayName("a table that is altered while it is compared is one difference, and not one for each of its rows")
    void altered() {
        assertThat(differences(
                        List.of(new End("1", "x"), new End("1", "x, y")),
                        List.of(new End("2", "x"), new End("2", "x"))))
                .singleElement()
                .satisfies(one -> {
                    assertThat(one.key()).isNull();
                    assertThat(one.text()).isEqualTo("table shop.stock was altered while it was compared");
                });
    }

    @Test
    @DisplayName("a table that cannot be read at this moment is a difference like others")
    void unreadable() {
        assertThat(differences(
                        List.of(new End("1", "x"), new End("1", "x")), List.of(new End("", "x"), new End("", "x"))))
                .singleElement()
                .satisfies(one -> assertThat(one.text()).contains("cannot be compared", "there is no column"));
    }
}
