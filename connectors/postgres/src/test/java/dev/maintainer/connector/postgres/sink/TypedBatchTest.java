package dev.maintainer.connector.postgres.sink;

import static dev.maintainer.connector.postgres.catalog.Images.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.catalog.Images;
import dev.maintainer.connector.postgres.catalog.RowFormat;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.connector.postgres.sink.TypedBatch.Effect;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.event.RowEvent.Op;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.groups.Tuple;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Changes of a batch are folded into one effect for each key. */
class TypedBatchTest {
    private static final RowFormat FORMAT =
            new RowFormat(Images.keyed("text", column(2, "a", "text"), column(3, "b", "text")));

    private static RowEvent event(long ts, Op op, String key, @Nullable String rest) {
        String row = op == Op.D ? null : "{\"id\":\"" + key + "\"" + (rest == null ? "" : "," + rest) + "}";
        return new RowEvent(ts, Shop.ORDERS, op, "[\"" + key + "\"]", row);
    }

    private static TypedBatch fold(RowEvent... events) {
        return TypedBatch.of(FORMAT, batch(0, 0, events));
    }

    private static TableForm.Batch batch(long completeTs, long inheritedTs, RowEvent... events) {
        return new TableForm.Batch(
                "f", List.of(events), SpanProgress.none(Shop.WHOLE).completeTo(completeTs), inheritedTs, inheritedTs);
    }

    private static List<String> texts(TypedBatch batch, Effect effect) {
        return batch.rows(effect).stream().map(row -> FORMAT.row(row.values())).toList();
    }

    /** The same change, told by columns. */
    private static RowEvent columns(RowEvent event) {
        boolean isDeleted = event.op() == Op.D;
        RowValues values = isDeleted ? FORMAT.keyValues(event.key()) : FORMAT.values(event);
        return new RowEvent(
                event.commitTs(), event.table(), event.op(), FORMAT.content(values, !isDeleted), event.definition());
    }

    private static List<Tuple> said(List<RowEvent> events) {
        return events.stream().map(event -> tuple(event.key(), event.row())).toList();
    }

    private static List<String> outcome(List<RowEvent> events) {
        try {
            TypedBatch batch = fold(events.toArray(RowEvent[]::new));
            return Stream.of(Effect.values())
                    .flatMap(effect -> batch.rows(effect).stream())
                    .map(row -> row.effect() + " " + row.isNew() + row.isAnew() + row.events() + " "
                            + FORMAT.row(row.values()))
                    .toList();
        } catch (MaintainerException e) {
            return List.of(e.code().name());
        }
    }

    @Test
    @DisplayName("Changes amount to the same whether columns or texts tell them, and whoever has told the ones before")
    void eitherForm() {
        Random random = new Random(7);
        List<String> rests =
                List.of("\"a\":\"x\",\"b\":\"y\"", "\"a\":null,\"b\":\"\"", "\"a\":\"\"", "\"b\":\"quoted \\\"\"");
        for (int i = 0; i < 2_000; i++) {
            List<RowEvent> texts = new ArrayList<>();
            for (int ts = 1; ts <= 12; ts++) {
                String key = random.nextInt(3) + "k\\\"";
                Op op = List.of(Op.values()).get(random.nextInt(3));
                texts.add(event(ts, op, key, rests.get(random.nextInt(rests.size()))));
            }
            List<RowEvent> columns = texts.stream().map(TypedBatchTest::columns).toList();
            List<RowEvent> mixed = IntStream.range(0, texts.size())
                    .mapToObj(at -> random.nextBoolean() ? texts.get(at) : columns.get(at))
                    .toList();
            assertThat(columns).extracting(RowEvent::key, RowEvent::row).isEqualTo(said(texts));
            assertThat(outcome(columns)).isEqualTo(outcome(texts));
            assertThat(outcome(mixed)).isEqualTo(outcome(texts));
        }
    }

    @Test
    @DisplayName("What a later change does not tell is taken from the earlier one of the same batch")
    void folded() {
        TypedBatch batch = fold(
                event(1, Op.I, "1", "\"a\":\"x\",\"b\":\"y\""),
                event(2, Op.U, "1", "\"a\":\"z\""),
                event(2, Op.U, "2", "\"b\":\"p\""),
                event(3, Op.U, "2", "\"a\":null"),
                event(3, Op.U, "3", "\"a\":\"q\""));
        assertThat(texts(batch, Effect.WRITE))
                .containsExactly("{\"id\":\"1\",\"a\":\"z\",\"b\":\"y\"}", "{\"id\":\"2\",\"a\":null,\"b\":\"p\"}");
        assertThat(texts(batch, Effect.CHANGE)).containsExactly("{\"id\":\"3\",\"a\":\"q\"}");
        assertThat(batch.applied()).isEqualTo(5);
    }

    @Test
    @DisplayName("A row that comes after another of its key was deleted has nothing of that")
    void anew() {
        TypedBatch batch = fold(
                event(1, Op.I, "1", "\"a\":\"x\",\"b\":\"y\""),
                event(2, Op.D, "1", null),
                event(3, Op.I, "1", "\"a\":\"z\""),
                event(3, Op.D, "2", null));
        assertThat(texts(batch, Effect.WRITE)).containsExactly("{\"id\":\"1\",\"a\":\"z\"}");
        assertThat(batch.going()).extracting(row -> row.last().key()).containsExactly("[\"2\"]", "[\"1\"]");
    }

    @Test
    @DisplayName(
            "A row is new if its first change in the batch inserts it, and nothing of the batch was written before")
    void whatIsNew() {
        RowEvent[] events = {
            event(11, Op.I, "1", "\"a\":\"x\",\"b\":\"y\""),
            event(11, Op.I, "2", "\"a\":\"x\",\"b\":\"y\""),
            event(12, Op.U, "2", "\"a\":\"z\""),
            event(12, Op.U, "3", "\"a\":\"x\",\"b\":\"y\""),
            event(12, Op.D, "4", null),
            event(13, Op.I, "4", "\"a\":\"x\",\"b\":\"y\""),
            event(13, Op.U, "5", "\"a\":\"x\"")
        };
        assertThat(newKeys(fold(events))).containsExactly("[\"1\"]", "[\"2\"]");
        assertThat(newKeys(TypedBatch.of(FORMAT, batch(10, 11, events)))).isEmpty();
    }

    private static List<String> newKeys(TypedBatch batch) {
        return batch.rows(Effect.WRITE).stream()
                .filter(TypedBatch.Row::isNew)
                .map(row -> row.last().key())
                .toList();
    }

    @Test
    @DisplayName("A row that was deleted cannot be changed in part")
    void changedAfterDeletion() {
        assertThatThrownBy(() -> fold(event(1, Op.D, "1", null), event(2, Op.U, "1", "\"a\":\"x\"")))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ROW_MISSING));
    }

    @Test
    @DisplayName("A row whose key is not that of its change is refused")
    void otherKey() {
        assertThatThrownBy(() -> fold(new RowEvent(1, Shop.ORDERS, Op.I, "[\"2\"]", "{\"id\":\"1\"}")))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.SINK_REJECTED));
    }

    @Test
    @DisplayName("Of what may be there, only keys of the transaction right above what is complete are looked up")
    void doubtful() {
        RowEvent[] events = {
            event(10, Op.U, "1", "\"a\":\"old\",\"b\":\"y\""),
            event(11, Op.U, "2", "\"a\":\"x\",\"b\":\"y\""),
            event(11, Op.U, "3", "\"a\":\"x\",\"b\":\"y\""),
            event(11, Op.D, "4", null),
            event(11, Op.U, "5", "\"a\":\"x\""),
            event(12, Op.U, "6", "\"a\":\"x\",\"b\":\"y\"")
        };
        TableForm.Batch asked = batch(10, 11, events);
        TypedBatch batch = TypedBatch.of(FORMAT, asked);
        List<TypedBatch.Row> doubtful = batch.doubtful(asked);
        assertThat(doubtful)
                .extracting(row -> row.last().key())
                .containsExactly("[\"2\"]", "[\"3\"]", "[\"4\"]", "[\"5\"]");
        RowValues there = FORMAT.values("{\"id\":\"2\",\"a\":\"x\",\"b\":\"y\"}");
        RowValues other = FORMAT.values("{\"id\":\"3\",\"a\":\"before\",\"b\":\"y\"}");
        batch.leaveOut(doubtful, Map.of(FORMAT.rowKey(there), there, FORMAT.rowKey(other), other));
        assertThat(texts(batch, Effect.WRITE))
                .containsExactly("{\"id\":\"3\",\"a\":\"x\",\"b\":\"y\"}", "{\"id\":\"6\",\"a\":\"x\",\"b\":\"y\"}");
        assertThat(batch.rows(Effect.CHANGE)).isEmpty();
        assertThat(batch.going()).isEmpty();
        assertThat(batch.applied()).isEqualTo(2);
        assertThat(batch.again()).isEqualTo(4);

        TableForm.Batch later = batch(10, 9, events);
        assertThat(TypedBatch.of(FORMAT, later).doubtful(later)).isEmpty();
        assertThat(TypedBatch.of(FORMAT, later).applied()).isEqualTo(6);
    }
}
