package dev.maintainer.node.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.Delivery;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class LiveComparisonTest {
    private static final TableName STOCK = new TableName("shop", "stock");
    private static final TableName ORDERS = new TableName("shop", "orders");
    private static final long PATIENCE_MILLIS = 60_000;

    private final Ends ends = new Ends();
    private final List<String> said = new ArrayList<>();

    /** Two ends in memory; something happens while the comparison waits. */
    private static final class Ends implements LiveComparison.Pass, Delivery {
        private final SortedMap<TableName, SortedMap<String, String>> source = new TreeMap<>();
        private final SortedMap<TableName, SortedMap<String, String>> sink = new TreeMap<>();
        private final List<String> read = new ArrayList<>();
        private Runnable meanwhile = () -> {};
        private long position;
        private long delivered;

        @Override
        public StateDifference compare(@Nullable Set<TableName> tables, Consumer<StateDifference.Difference> each) {
            read.add(tables == null ? "all" : tables.toString());
            return StateDifference.between(
                    names(source, tables),
                    name -> rows(source, name),
                    names(sink, tables),
                    name -> rows(sink, name),
                    false,
                    each);
        }

        private static SortedSet<TableName> names(
                SortedMap<TableName, SortedMap<String, String>> end, @Nullable Set<TableName> tables) {
            SortedSet<TableName> names = new TreeSet<>(end.keySet());
            if (tables != null) {
                names.retainAll(tables);
            }
            return names;
        }

        private static RowCursor rows(SortedMap<TableName, SortedMap<String, String>> end, TableName name) {
            return RowCursor.over(end.getOrDefault(name, new TreeMap<>()).entrySet().stream()
                    .map(row -> new Row(row.getKey(), row.getValue(), null))
                    .iterator());
        }

        SortedMap<String, String> inSource(TableName table) {
            return Objects.requireNonNull(source.get(table));
        }

        SortedMap<String, String> inSink(TableName table) {
            return Objects.requireNonNull(sink.get(table));
        }

        void put(TableName table, String key, String row) {
            source.computeIfAbsent(table, name -> new TreeMap<>()).put(key, row);
            position++;
        }

        void deliver() {
            sink.clear();
            source.forEach((table, rows) -> sink.put(table, new TreeMap<>(rows)));
            delivered = position;
        }

        @Override
        public long position() {
            return position;
        }

        @Override
        public OptionalLong deliveredTo() {
            return delivered == 0 ? OptionalLong.empty() : OptionalLong.of(delivered);
        }
    }

    private LiveComparison.Outcome compare() throws DeliveryTimeoutException {
        return new LiveComparison(ends, ends, PATIENCE_MILLIS, millis -> ends.meanwhile.run(), said::add).run();
    }

    private void stocked() {
        ends.put(STOCK, "a", "1");
        ends.put(STOCK, "b", "1");
        ends.put(ORDERS, "1", "x");
        ends.deliver();
    }

    @Test
    @DisplayName("what is equal is read once")
    void equal() throws Exception {
        stocked();

        LiveComparison.Outcome outcome = compare();

        assertThat(outcome.difference().isNone()).isTrue();
        assertThat(outcome.difference().rows()).isEqualTo(3);
        assertThat(ends.read).containsExactly("all");
    }

    @Test
    @DisplayName("a row that is under way is no difference, and only its table is read again")
    void underWay() throws Exception {
        stocked();
        ends.put(STOCK, "a", "2");
        ends.meanwhile = ends::deliver;

        LiveComparison.Outcome outcome = compare();

        assertThat(outcome.difference().isNone()).isTrue();
        assertThat(outcome.undecided()).isZero();
        assertThat(ends.read).containsExactly("all", "[shop.stock]");
        assertThat(said).singleElement().asString().contains("1 difference may be under way", "up to 4");
    }

    @Test
    @DisplayName("a row, a missing row and a table that stay different are told, beside others that go on changing")
    void lasting() throws Exception {
        stocked();
        ends.inSink(STOCK).put("a", "9");
        ends.inSink(STOCK).remove("b");
        ends.sink.put(new TableName("shop", "gone"), new TreeMap<>());

        LiveComparison.Outcome outcome = compare();

        assertThat(outcome.difference().count()).isEqualTo(3);
        assertThat(outcome.difference().first())
                .containsExactlyInAnyOrder(
                        "shop.stock 'a': expected 1, found 9",
                        "shop.stock 'b': expected 1, missing",
                        "table shop.gone should not exist");
        assertThat(outcome.undecided()).isZero();
        assertThat(ends.read).hasSize(LiveComparison.LOOKS);
    }

    @Test
    @DisplayName("a row that is another one whenever it is looked at is not decided")
    void changingAllTheTime() throws Exception {
        stocked();
        ends.put(STOCK, "a", "2");
        ends.meanwhile = () -> {
            ends.deliver();
            ends.put(STOCK, "a", ends.inSource(STOCK).get("a") + "2");
        };

        LiveComparison.Outcome outcome = compare();

        assertThat(outcome.difference().isNone()).isTrue();
        assertThat(outcome.undecided()).isEqualTo(1);
        assertThat(ends.read).hasSize(LiveComparison.MOST_PASSES);
    }

    @Test
    @DisplayName("a row that goes to and fro between two values is no difference as soon as it is met equal once")
    void toAndFro() throws Exception {
        stocked();
        ends.inSink(STOCK).put("a", "9");
        int[] waits = {0};
        ends.position++;
        ends.meanwhile = () -> {
            waits[0]++;
            ends.delivered = ends.position++;
            ends.inSink(STOCK).put("a", waits[0] == 2 ? "1" : "9");
        };

        assertThat(compare().difference().isNone()).isTrue();
    }

    @Test
    @DisplayName("if nothing is delivered, it says up to where it was, and where to look")
    void notDelivered() {
        stocked();
        ends.put(STOCK, "a", "2");

        assertThatThrownBy(this::compare)
                .isInstanceOf(DeliveryTimeoutException.class)
                .hasMessageContaining("up to 4 has not arrived within 60000 ms")
                .hasMessageContaining("has told the source of 3");
        ends.delivered = 0;
        assertThatThrownBy(this::compare).hasMessageContaining("look whether it has that name and runs");
    }

    @Test
    @DisplayName("too many differences are looked for anew, and are there for good if they stay")
    void tooMany() throws Exception {
        stocked();
        for (int i = 0; i < LiveComparison.MOST_SUSPECTS; i++) {
            ends.put(ORDERS, "many" + i, "x");
        }
        ends.delivered = ends.position;

        assertThat(compare().difference().count()).isEqualTo(LiveComparison.MOST_SUSPECTS);
        assertThat(ends.read).containsExactly("all", "all", "all");

        ends.put(ORDERS, "last", "x");
        ends.meanwhile = ends::deliver;
        assertThat(compare().difference().isNone()).isTrue();
    }
}
