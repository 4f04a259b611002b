package dev.maintainer.connector.postgres.sink;

import static dev.maintainer.connector.postgres.sink.Shop.WHOLE;
import static dev.maintainer.connector.postgres.sink.Shop.order;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.replication.event.RowEvent;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LatestRowsTest {
    private static LatestRows repeated(List<RowEvent> batch, long completeTo, Map<String, LatestRows.Known> known) {
        return LatestRows.ofRepeated(batch, SpanProgress.none(WHOLE).completeTo(completeTo), last -> known);
    }

    @Test
    void ofManyChangesOfAKeyTheLastIsWritten() {
        LatestRows rows = LatestRows.ofNew(List.of(
                order(1, "a", 1), order(2, "b", 1), order(3, "a", null), order(4, "b", 2), order(5, "c", null)));

        assertThat(rows.written()).containsExactly(order(4, "b", 2));
        assertThat(rows.deleted()).containsExactly(order(3, "a", null), order(5, "c", null));
        assertThat(rows.applied()).isEqualTo(5);
        assertThat(rows.again()).isZero();
    }

    @Test
    void whatIsCompleteIsNotEvenLookedUp() {
        LatestRows rows = LatestRows.ofRepeated(
                List.of(order(1, "a", 1), order(2, "b", 1)),
                SpanProgress.none(WHOLE).completeTo(2),
                last -> {
                    throw new AssertionError("looked up " + last);
                });

        assertThat(rows.written()).isEmpty();
        assertThat(rows.again()).isEqualTo(2);
    }

    @Test
    void whatIsRightBehindThatIsLookedUpAndWritten() {
        LatestRows rows = repeated(List.of(order(2, "a", 1), order(3, "b", 1), order(4, "c", 1)), 2, Map.of());

        assertThat(rows.written()).containsExactly(order(3, "b", 1), order(4, "c", 1));
        assertThat(rows.applied()).isEqualTo(2);
        assertThat(rows.again()).isEqualTo(1);
    }

    @Test
    void aRowThatIsThereIsNotWrittenAgain() {
        LatestRows rows = repeated(
                List.of(order(3, "a", 1), order(4, "b", 1), order(5, "c", 1)),
                0,
                Map.of(
                        "a", new LatestRows.Known(3, true),
                        "b", new LatestRows.Known(9, false),
                        "c", new LatestRows.Known(4, false)));

        assertThat(rows.written()).containsExactly(order(5, "c", 1));
        assertThat(rows.applied()).isEqualTo(1);
        assertThat(rows.again()).isEqualTo(2);
    }

    @Test
    void ofTwoChangesInOneTransactionTheSecondIsWrittenThoughTheFirstIsThere() {
        LatestRows rows = repeated(List.of(order(3, "a", 2)), 0, Map.of("a", new LatestRows.Known(3, false)));

        assertThat(rows.written()).containsExactly(order(3, "a", 2));
    }

    @Test
    void aKeyThatWasDeletedLaterDoesNotComeBack() {
        LatestRows.KnownRows known = new LatestRows.KnownRows();
        known.add(order(3, "a", 1), null, 7L, false);
        known.add(order(7, "b", null), 5L, 7L, false);
        known.add(order(8, "c", 1), 8L, 7L, true);

        assertThat(repeated(List.of(order(3, "a", 1), order(7, "b", null), order(8, "c", 1)), 0, known.all()))
                .isEqualTo(new LatestRows(List.of(), List.of(), 0, 3));
    }
}
