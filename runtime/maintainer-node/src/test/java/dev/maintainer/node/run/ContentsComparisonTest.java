package dev.maintainer.node.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.TableChecksums;
import dev.maintainer.replication.TableContents;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ContentsComparisonTest {
    private static final TableName STOCK = new TableName("shop", "stock");

    /** An end that has one table with a thousand rows, each in a bucket of its own, and counts what is read of them. */
    private static final class End implements TableContents {
        private final SortedMap<String, String> rows = new TreeMap<>();
        private final List<String> read = new ArrayList<>();
        private final SortedSet<TableName> names = new TreeSet<>(List.of(STOCK));
        private Optional<String> form = Optional.of("all columns");

        private End() {
            for (int i = 1_000; i < 2_000; i++) {
                rows.put("k" + i, "v" + i);
            }
        }

        @Override
        public SortedSet<TableName> tables() {
            return names;
        }

        @Override
        public RowCursor rows(TableName table) {
            return rowsOf(rows.keySet());
        }

        private RowCursor rowsOf(Iterable<String> keys) {
            List<Row> chosen = new ArrayList<>();
            keys.forEach(key -> chosen.add(new Row(key, rows.getOrDefault(key, ""), "its definition")));
            chosen.forEach(row -> read.add(row.key()));
            return RowCursor.over(chosen.iterator());
        }

        private static int bucket(String key) {
            return Integer.parseInt(key.substring(1));
        }

        @Override
        public Optional<TableChecksums> checksums(TableName table) {
            return form.map(text -> new TableChecksums() {
                @Override
                public String form() {
                    return text;
                }

                @Override
                public SortedMap<Integer, Checksum> compute() {
                    SortedMap<Integer, Checksum> sums = new TreeMap<>();
                    rows.forEach((key, value) -> sums.put(bucket(key), new Checksum(1, value)));
                    return sums;
                }

                @Override
                public RowCursor rows(SortedSet<Integer> buckets) {
                    return rowsOf(rows.keySet().stream()
                            .filter(key -> buckets.contains(bucket(key)))
                            .toList());
                }
            });
        }

        @Override
        public void close() {}
    }

    private final End source = new End();
    private final End sink = new End();

    private StateDifference compare() {
        return new ContentsComparison(source, sink).all();
    }

    @Test
    @DisplayName("nothing is read of tables whose sums are equal")
    void equal() {
        StateDifference difference = compare();
        assertThat(difference.isNone()).isTrue();
        assertThat(difference.rows()).isEqualTo(1_000);
        assertThat(source.read).isEmpty();
        assertThat(sink.read).isEmpty();
    }

    @Test
    @DisplayName("where sums differ, the rows of these buckets are read: one that differs, is missing, or is too many")
    void differing() {
        sink.rows.put("k1005", "forged");
        sink.rows.remove("k1200");
        sink.rows.put("k2500", "v2500");
        StateDifference difference = compare();
        assertThat(difference.count()).isEqualTo(3);
        assertThat(difference.rows()).isEqualTo(1_000);
        assertThat(difference.first())
                .satisfiesExactly(
                        one -> assertThat(one).contains("k1005", "expected v1005", "found forged"),
                        one -> assertThat(one).contains("k1200", "missing"),
                        one -> assertThat(one).contains("k2500", "not expected"));
        assertThat(source.read).containsExactly("k1005", "k1200");
        assertThat(sink.read).containsExactly("k1005", "k2500");
    }

    @Test
    @DisplayName("if a large part differs, all rows are read at once")
    void manyDiffer() {
        for (int i = 1_000; i < 1_500; i++) {
            sink.rows.put("k" + i, "forged");
        }
        StateDifference difference = compare();
        assertThat(difference.count()).isEqualTo(500);
        assertThat(difference.rows()).isEqualTo(1_000);
        assertThat(sink.read).hasSize(1_000);
    }

    @Test
    @DisplayName("sums of other columns say nothing, and neither does an end without sums")
    void otherForms() {
        sink.form = Optional.of("some columns");
        assertThat(compare().isNone()).isTrue();
        assertThat(source.read).hasSize(1_000);
        source.form = Optional.empty();
        assertThat(compare().isNone()).isTrue();
        assertThat(source.read).hasSize(2_000);
    }

    @Test
    @DisplayName("a table that one end does not have is a difference, and so is each of its rows")
    void missingTable() {
        sink.names.clear();
        StateDifference difference = compare();
        assertThat(difference.count()).isEqualTo(1_001);
        assertThat(difference.first().get(0)).isEqualTo("table shop.stock is missing");
    }
}
