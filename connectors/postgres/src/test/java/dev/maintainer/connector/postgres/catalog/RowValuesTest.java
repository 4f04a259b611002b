package dev.maintainer.connector.postgres.catalog;

import static dev.maintainer.connector.postgres.catalog.Images.column;
import static dev.maintainer.connector.postgres.catalog.Images.keyed;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;
import dev.maintainer.replication.event.RowEvent;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RowValuesTest {
    private static final RowFormat FORMAT =
            new RowFormat(keyed("bigint", column(2, "a", "text"), column(3, "b", "text")));
    private static final TableId ORDERS = new TableId(16_384);
    private static final String UNTOLD = "(not told)";

    private static RowValues of(@Nullable String... texts) {
        RowValues.Builder values = new RowValues.Builder(texts.length);
        for (int column = 0; column < texts.length; column++) {
            String text = texts[column];
            if (!UNTOLD.equals(text)) {
                values.set(column, text);
            }
        }
        return values.build();
    }

    @Test
    @DisplayName("Null, no text, an empty text and what is not told are four things")
    void states() {
        RowValues values = of(null, "", UNTOLD, "é");
        assertThat(values.known()).isEqualTo(BitSet.valueOf(new long[] {0b1011}));
        assertThat(List.of(values.length(0), values.length(1), values.length(2), values.length(3)))
                .containsExactly(-1, 0, -2, 2);
        assertThat(values.text(0)).isNull();
        assertThat(values.text(1)).isEmpty();
        assertThat(values.text(2)).isNull();
        assertThat(values.text(3)).isEqualTo("é");
        assertThat(values.size()).isEqualTo(2);
        assertThat(values.isPartOf(of(null, "", "anything", "é"))).isTrue();
        assertThat(values.isPartOf(of(UNTOLD, "", null, "é"))).isFalse();
        assertThat(values.isPartOf(of(null, null, null, "é"))).isFalse();
        assertThat(values).hasToString("RowValues{0, 1, 3}");
    }

    @Test
    @DisplayName(
            "What is not told is filled in, and the row that had it stays as it is, as do the bytes that rows share")
    void filled() {
        byte[] shared = "1xyz".getBytes(StandardCharsets.UTF_8);
        RowValues first = RowValues.of(shared, new int[] {0, 1, 1, 1, 0, -2});
        RowValues second = RowValues.of(shared, new int[] {0, 1, 0, -2, 2, 2});
        RowValues filled = second.filledFrom(first);
        assertThat(FORMAT.row(filled)).isEqualTo("{\"id\":\"1\",\"a\":\"x\",\"b\":\"yz\"}");
        assertThat(filled.isComplete()).isTrue();
        assertThat(FORMAT.row(second)).isEqualTo("{\"id\":\"1\",\"b\":\"yz\"}");
        assertThat(FORMAT.row(first)).isEqualTo("{\"id\":\"1\",\"a\":\"x\"}");
        assertThat(filled.filledFrom(first)).isSameAs(filled);
        assertThat(FORMAT.row(of("2", UNTOLD, null).filledFrom(of("2", UNTOLD, "z"))))
                .isEqualTo("{\"id\":\"2\",\"b\":null}");
    }

    @Test
    @DisplayName(
            "Rows with the same texts in their keys are found by each other, whatever else they have, and no others are")
    void keys() {
        RowFormat two = new RowFormat(new TableImage(
                FORMAT.image().columns(), List.of("b", "a"), FORMAT.image().identity()));
        RowKey key = two.rowKey(of("1", "ab", "c"));
        assertThat(key).isEqualTo(two.rowKey(of(null, "ab", "c"))).hasSameHashCodeAs(two.rowKey(of("2", "ab", "c")));
        assertThat(key).isNotEqualTo(two.rowKey(of("1", "a", "bc"))).isNotEqualTo(two.rowKey(of("1", "c", "ab")));
        for (RowValues none : List.of(of("1", null, "c"), of("1", UNTOLD, "c"))) {
            assertThatThrownBy(() -> two.rowKey(none)).isInstanceOf(MaintainerException.class);
            assertThatThrownBy(() -> two.content(none, true)).isInstanceOf(MaintainerException.class);
        }
    }

    @Test
    @DisplayName(
            "An event that tells columns is equal to one that tells the same by texts, and has of a deleted row the key")
    void events() {
        RowValues values = of("-17", "a\"b", null);
        for (boolean isThere : new boolean[] {true, false}) {
            RowEvent.Op op = isThere ? RowEvent.Op.U : RowEvent.Op.D;
            RowEvent columns = new RowEvent(5, ORDERS, op, FORMAT.content(values, isThere), FORMAT.definition());
            RowEvent texts = new RowEvent(
                    5,
                    ORDERS,
                    op,
                    "[\"-17\"]",
                    FORMAT.order(values),
                    isThere ? "{\"id\":\"-17\",\"a\":\"a\\\"b\",\"b\":null}" : null,
                    FORMAT.definition());
            assertThat(columns).isEqualTo(texts).hasSameHashCodeAs(texts).hasToString(texts.toString());
            assertThat(texts).isEqualTo(columns);
            assertThat(columns.size()).isEqualTo(isThere ? 6 : 3);
            assertThat(columns.under(null)).isNotEqualTo(columns);
            assertThat(FORMAT.keyValues(columns).text(0)).isEqualTo("-17");
        }
        RowEvent deleted = new RowEvent(5, ORDERS, RowEvent.Op.D, FORMAT.content(values, false), null);
        assertThat(FORMAT.keyValues(deleted).isKnown(1)).isFalse();
    }

    @Test
    @DisplayName("Columns of another definition are read by their names")
    void otherDefinition() {
        RowFormat other = new RowFormat(keyed("bigint", column(2, "b", "text"), column(3, "a", "text")));
        RowEvent event = new RowEvent(5, ORDERS, RowEvent.Op.I, other.content(of("1", "x", null), true), null);
        RowValues values = FORMAT.values(event);
        assertThat(values.text(1)).isNull();
        assertThat(values.text(2)).isEqualTo("x");
    }
}
