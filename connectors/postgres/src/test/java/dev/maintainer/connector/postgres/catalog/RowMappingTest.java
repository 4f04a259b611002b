package dev.maintainer.connector.postgres.catalog;

import static dev.maintainer.connector.postgres.catalog.Images.column;
import static dev.maintainer.connector.postgres.wal.Tuples.UNCHANGED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;
import dev.maintainer.connector.postgres.wal.OldTuple;
import dev.maintainer.connector.postgres.wal.Tuples;
import dev.maintainer.connector.postgres.wal.WalMessage;
import dev.maintainer.replication.event.RowEvent;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Changes of rows become events. */
class RowMappingTest {
    private static final TableId ORDERS = new TableId(16_384);
    private static final TableImage IMAGE =
            Images.keyed("bigint", column(2, "note", "text"), column(4, "picture", "bytea"));
    private static final List<String> COLUMNS = List.of("id", "note", "picture");

    private static final RowMapping.Place AT = new RowMapping.Place(70, 7, 3);

    private final RowMapping mapping = RowMapping.of(ORDERS, IMAGE, COLUMNS);

    private static WalMessage.Update update(OldTuple.Part part, @Nullable String[] old, @Nullable String... row) {
        return new WalMessage.Update(0, 16_384, new OldTuple(part, Tuples.of(old)), Tuples.of(row));
    }

    private static @Nullable String[] old(@Nullable String... values) {
        return values;
    }

    private static String text(RowEvent event) {
        return event.op() + " " + event.key() + " " + event.row();
    }

    @Test
    @DisplayName("A row is an object of texts in the order of its columns, and carries the image")
    void insert() {
        List<RowEvent> events =
                mapping.events(AT, new WalMessage.Insert(0, 16_384, Tuples.of("17", "says \"no\"\n", null)));
        assertThat(events).singleElement().satisfies(event -> {
            assertThat(event.row()).isEqualTo("{\"id\":\"17\",\"note\":\"says \\\"no\\\"\\n\",\"picture\":null}");
            assertThat(event.key()).isEqualTo("[\"17\"]");
            assertThat(event.op()).isEqualTo(RowEvent.Op.I);
            assertThat(event.commitTs()).isEqualTo(70);
            assertThat(event.table()).isEqualTo(ORDERS);
            assertThat(event.definition()).isEqualTo(IMAGE.json());
            assertThat(event.position().bytes()).containsExactly(0x80, 0, 0, 0, 0, 0, 0, 17);
        });
        assertThat(mapping.row(5, Arrays.asList("17", null, "\\x00")))
                .extracting(RowMappingTest::text)
                .isEqualTo("I [\"17\"] {\"id\":\"17\",\"note\":null,\"picture\":\"\\\\x00\"}");
    }

    @Test
    @DisplayName("A row with a large value that was not changed is told in part, unless the old row is told")
    void unchanged() {
        assertThat(mapping.events(AT, new WalMessage.Update(0, 16_384, null, Tuples.of("17", "new", UNCHANGED))))
                .extracting(RowMappingTest::text)
                .containsExactly("P [\"17\"] {\"id\":\"17\",\"note\":\"new\",\"picture\":{}}");
        assertThat(mapping.events(AT, update(OldTuple.Part.ROW, old("17", "old", "\\x01"), "17", "new", UNCHANGED)))
                .extracting(RowMappingTest::text)
                .containsExactly("U [\"17\"] {\"id\":\"17\",\"note\":\"new\",\"picture\":\"\\\\x01\"}");
    }

    @Test
    @DisplayName("A deletion has the key of the old row")
    void delete() {
        OldTuple old = new OldTuple(OldTuple.Part.IDENTITY, Tuples.of("17", null, null));
        assertThat(mapping.events(AT, new WalMessage.Delete(0, 16_384, old)))
                .extracting(RowMappingTest::text)
                .containsExactly("D [\"17\"] null");
    }

    @Test
    @DisplayName("A change of the key deletes a row and inserts another")
    void changedKey() {
        assertThat(mapping.events(AT, update(OldTuple.Part.IDENTITY, old("17", null, null), "18", "n", null)))
                .extracting(RowMappingTest::text)
                .containsExactly("D [\"17\"] null", "I [\"18\"] {\"id\":\"18\",\"note\":\"n\",\"picture\":null}");
        assertThat(mapping.events(AT, update(OldTuple.Part.ROW, old("17", "n", "\\x01"), "17", "m", "\\x01")))
                .extracting(RowMappingTest::text)
                .containsExactly("U [\"17\"] {\"id\":\"17\",\"note\":\"m\",\"picture\":\"\\\\x01\"}");
    }

    @Test
    @DisplayName("A change of the key that does not tell a large value is refused, with what to do")
    void changedKeyWithoutValue() {
        assertThatThrownBy(() ->
                        mapping.events(AT, update(OldTuple.Part.IDENTITY, old("17", null, null), "18", "n", UNCHANGED)))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ROW_MISSING))
                .hasMessageContainingAll("picture", "REPLICA IDENTITY FULL");
        assertThat(mapping.events(AT, update(OldTuple.Part.ROW, old("17", "n", "\\x01"), "18", "n", UNCHANGED)))
                .extracting(RowMappingTest::text)
                .containsExactly(
                        "D [\"17\"] null", "I [\"18\"] {\"id\":\"18\",\"note\":\"n\",\"picture\":\"\\\\x01\"}");
    }

    @Test
    @DisplayName("Rows of other columns than the image has are refused: something was not noted")
    void drift() {
        assertThatThrownBy(() -> RowMapping.of(ORDERS, IMAGE, List.of("id", "notes", "picture")))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_DRIFT))
                .hasMessageContainingAll("id, notes, picture", "id, note, picture");
    }

    @Test
    @DisplayName("Of a table without a key an event says which change it is, and what the row was")
    void withoutKey() {
        TableImage image = new TableImage(IMAGE.columns(), List.of(), IMAGE.identity());
        RowMapping keyless = RowMapping.of(ORDERS, image, COLUMNS);
        assertThat(keyless.events(AT, new WalMessage.Insert(0, 16_384, Tuples.of("1", "a", null))))
                .extracting(RowMappingTest::text)
                .containsExactly("I 7.3 {\"id\":\"1\",\"note\":\"a\",\"picture\":null}");
        assertThat(keyless.events(AT, update(OldTuple.Part.ROW, old("1", "a", "\\x01"), "2", "a", UNCHANGED)))
                .extracting(RowMappingTest::text)
                .containsExactly("U 7.3 {\"id\":\"1\",\"note\":\"a\",\"picture\":\"\\\\x01\"}"
                        + " {\"id\":\"2\",\"note\":\"a\",\"picture\":\"\\\\x01\"}");
        OldTuple row = new OldTuple(OldTuple.Part.ROW, Tuples.of("1", null, null));
        assertThat(keyless.events(AT, new WalMessage.Delete(0, 16_384, row)))
                .extracting(RowMappingTest::text)
                .containsExactly("D 7.3 {\"id\":\"1\",\"note\":null,\"picture\":null} null");
        assertThatThrownBy(() -> keyless.events(AT, new WalMessage.Update(0, 16_384, null, Tuples.of("1", "b", null))))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SCHEMA_DRIFT))
                .hasMessageContaining("REPLICA IDENTITY FULL");
    }

    @Test
    @DisplayName("Rows that a transaction has written before it changed their table are told in its last shape")
    void changedTable() {
        TableImage then = Images.keyed("bigint", column(2, "note", "text"), column(3, "gone", "text"));
        TableImage now = Images.keyed("bigint", column(2, "remark", "text"), column(4, "added", "text"));
        RowMapping changed = RowMapping.of(ORDERS, then, now, List.of("id", "note", "gone"));
        assertThat(changed.events(AT, new WalMessage.Insert(0, 16_384, Tuples.of("1", "a", "b"))))
                .extracting(RowMappingTest::text)
                .containsExactly("I [\"1\"] {\"id\":\"1\",\"remark\":\"a\"}");
        assertThat(changed.definition()).isEqualTo(now.json());
    }

    @Test
    @DisplayName("Rows and keys read back as the values that they were")
    void readBack() {
        RowFormat format = mapping.format();
        RowValues values = format.values("{\"id\":\"17\",\"picture\":null}");
        assertThat(values.isKnown(1)).isFalse();
        assertThat(values.isKnown(2)).isTrue();
        assertThat(format.row(values)).isEqualTo("{\"id\":\"17\",\"picture\":null}");
        assertThat(format.keyValues("[\"17\"]").text(0)).isEqualTo("17");
        for (String bad : List.of("", "[]", "{\"x\":\"1\"}", "{\"id\":1}", "{\"id\":\"1\"", "{\"id\":\"1\"} 2")) {
            assertThatThrownBy(() -> format.values(bad)).isInstanceOf(MaintainerException.class);
        }
        for (String bad : List.of("", "[]", "[1]", "[null]", "[\"1\",\"2\"]", "{}")) {
            assertThatThrownBy(() -> format.keyValues(bad)).isInstanceOf(MaintainerException.class);
        }
    }
}
