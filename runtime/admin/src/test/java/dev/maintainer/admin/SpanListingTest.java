package dev.maintainer.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.operator.OperatorView;
import dev.maintainer.runtime.planner.PlannedSpans;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;

class SpanListingTest {
    private static SpanView span(long table, long id, @Nullable String node) {
        return new SpanView(
                new DispatcherId(-7, id),
                TableSpan.whole(new TableId(table)),
                new SchemaId(1),
                GroupId.DEFAULT,
                node == null ? null : new NodeId(node));
    }

    private static SpanPage page(List<SpanView> spans, SpanQuery query) {
        DispatcherId moved = new DispatcherId(-7, 1);
        OperatorView operator =
                new OperatorView(moved, OperatorType.MOVE, "REMOVING", new NodeId("n1"), new NodeId("n2"), 10, false);
        return SpanListing.page(
                new PlannedSpans(null, spans),
                Map.of(moved, operator),
                table -> "s.t" + table.value(),
                query.table() == null ? List.of() : List.of(new TableId(Long.parseLong(query.table()))),
                query);
    }

    private static SpanQuery query(@Nullable String node, @Nullable String table, @Nullable SpanState state) {
        return new SpanQuery(node, table, state, null, 100);
    }

    @Test
    @DisplayName("filters by node, table and state meet")
    void filters() {
        List<SpanView> spans = List.of(span(1, 1, "n1"), span(2, 2, "n1"), span(3, 3, null), span(4, 4, "n2"));
        assertThat(page(spans, SpanQuery.ALL).spans())
                .extracting(SpanRow::state)
                .containsExactly(SpanState.SCHEDULING, SpanState.REPLICATING, SpanState.ABSENT, SpanState.REPLICATING);
        assertThat(page(spans, query("n1", null, null)).total()).isEqualTo(2);
        assertThat(page(spans, query(null, "3", null)).spans())
                .singleElement()
                .satisfies(row -> assertThat(row.state()).isEqualTo(SpanState.ABSENT));
        assertThat(page(spans, query("n1", "2", SpanState.REPLICATING)).total()).isOne();
        assertThat(page(spans, query("n2", null, SpanState.SCHEDULING)).total()).isZero();
        assertThat(page(spans, query(null, null, SpanState.SCHEDULING)).spans())
                .singleElement()
                .satisfies(row -> assertThat(row.operator()).isEqualTo("MOVE"));
        assertThat(page(List.of(), SpanQuery.ALL)).isEqualTo(new SpanPage(0, 0, List.of(), null));
    }

    @RepeatedTest(20)
    @DisplayName("pages together are the whole, each span once, while others come and go")
    void pages(RepetitionInfo repetition) {
        SplittableRandom random = new SplittableRandom(repetition.getCurrentRepetition());
        TreeMap<Long, SpanView> spans = new TreeMap<>();
        for (long id = 0; id < 200; id += 2) {
            spans.put(id, span(random.nextLong(1, 20), id, "n1"));
        }
        List<SpanView> lasting = List.copyOf(spans.values());
        List<SpanView> seen = new ArrayList<>();
        String after = null;
        do {
            SpanPage page = page(
                    new ArrayList<>(spans.values()), new SpanQuery(null, null, null, after, random.nextInt(1, 30)));
            page.spans().forEach(row -> seen.add(row.span()));
            after = page.next();
            long other = 2 * random.nextLong(100) + 1;
            spans.remove(2 * random.nextLong(100) + 1);
            spans.put(other, span(random.nextLong(1, 20), other, null));
        } while (after != null);
        assertThat(seen).doesNotHaveDuplicates().containsAll(lasting);
        assertThat(seen).isSortedAccordingTo((left, right) -> left.span().compareTo(right.span()));
    }

    @Test
    @DisplayName("a place that no page has named is refused")
    void noPlace() {
        assertThatThrownBy(() -> page(List.of(), new SpanQuery(null, null, null, "5", 10)))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining(
                        "'5' is no place in a list; take it from the page before, as it is: more with --after");
    }
}
