package dev.maintainer.replication.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.event.RowEvent.Op;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class StateBuilderTest {
    private static final TableId TABLE = new TableId(7);

    private static RowEvent event(long ts, long number, Op op, String key, @Nullable String row) {
        return new RowEvent(ts, TABLE, op, key, row).numbered(number);
    }

    private static Map<String, String> stateOf(int limit, List<RowEvent> events) throws IOException {
        Map<String, String> state = new TreeMap<>();
        try (StateBuilder builder = new StateBuilder(limit)) {
            for (RowEvent event : events) {
                builder.add(event);
            }
            try (RowCursor rows = builder.finish()) {
                for (Row row = rows.next(); row != null; row = rows.next()) {
                    assertThat(state.put(row.key(), row.json())).isNull();
                }
            }
        }
        return state;
    }

    /** Changes of rows of two fields as they are committed, and what they amount to. */
    private static List<RowEvent> history(Random random, Map<String, String[]> state) {
        List<RowEvent> events = new ArrayList<>();
        long ts = 1;
        long number = 0;
        for (int i = 0; i < 200; i++) {
            boolean isNext = random.nextInt(3) == 0;
            ts += isNext ? 1 : 0;
            number = isNext ? 0 : number + 1 + random.nextInt(3);
            String key = "k" + random.nextInt(12);
            String[] row = state.get(key);
            if (row == null) {
                row = new String[] {"a" + i, "b" + i};
                state.put(key, row);
                events.add(event(ts, number, Op.I, key, "{\"a\":\"a%d\",\"b\":\"b%d\"}".formatted(i, i)));
            } else if (random.nextInt(4) == 0) {
                state.remove(key);
                events.add(event(ts, number, Op.D, key, null));
            } else if (random.nextBoolean()) {
                row[0] = "a" + i;
                events.add(event(ts, number, Op.P, key, "{\"a\":\"a%d\",\"b\":{}}".formatted(i)));
            } else {
                row[0] = "a" + i;
                row[1] = "b" + i;
                events.add(event(ts, number, Op.U, key, "{\"a\":\"a%d\",\"b\":\"b%d\"}".formatted(i, i)));
            }
        }
        return events;
    }

    @Test
    @DisplayName(
            "Changes in any order, some of them again, amount to what they amount to in theirs, whatever fits into memory")
    void anyOrder() throws IOException {
        for (int seed = 0; seed < 300; seed++) {
            Random random = new Random(seed);
            Map<String, String[]> state = new TreeMap<>();
            List<RowEvent> events = new ArrayList<>(history(random, state));
            Map<String, String> expected = new TreeMap<>();
            state.forEach((key, row) -> expected.put(key, "{\"a\":\"%s\",\"b\":\"%s\"}".formatted(row[0], row[1])));
            assertThat(stateOf(1 << 20, events)).as("seed %s", seed).isEqualTo(expected);
            assertThat(stateOf(1_500, events)).as("seed %s", seed).isEqualTo(expected);

            int from = random.nextInt(events.size());
            events.addAll(events.subList(from, from + random.nextInt(events.size() - from)));
            assertThat(stateOf(1_500, events)).as("seed %s, some again", seed).isEqualTo(expected);
            Collections.shuffle(events, random);
            assertThat(stateOf(1 << 20, events)).as("seed %s, shuffled", seed).isEqualTo(expected);
            assertThat(stateOf(1_500, events)).as("seed %s, shuffled", seed).isEqualTo(expected);
        }
    }

    @Test
    @DisplayName(
            "Of several changes of a key in one transaction the last counts, also if the first is written again later")
    void oneTransaction() throws IOException {
        List<RowEvent> events = List.of(
                event(5, 0, Op.I, "a", "{\"v\":1}"),
                event(5, 1, Op.U, "a", "{\"v\":2}"),
                event(5, 2, Op.D, "b", null),
                event(5, 3, Op.I, "b", "{\"v\":3}"),
                event(5, 0, Op.I, "a", "{\"v\":1}"));
        assertThat(stateOf(1 << 20, events)).isEqualTo(Map.of("a", "{\"v\":2}", "b", "{\"v\":3}"));
        assertThat(stateOf(1, events)).isEqualTo(Map.of("a", "{\"v\":2}", "b", "{\"v\":3}"));
    }

    @Test
    @DisplayName("A part of a row that was never there as a whole is refused, and so is one of a row that is gone")
    void withoutWhole() {
        assertThatThrownBy(() -> stateOf(1 << 20, List.of(event(5, 0, Op.P, "a", "{\"v\":{}}"))))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.ROW_MISSING))
                .hasMessageContainingAll("\"a\"", "table 7", "committed at 5");
        assertThatThrownBy(() ->
                        stateOf(1, List.of(event(5, 0, Op.D, "a", null), event(6, 0, Op.P, "a", "{\"v\":{}}"))))
                .isInstanceOf(MaintainerException.class);
    }
}
