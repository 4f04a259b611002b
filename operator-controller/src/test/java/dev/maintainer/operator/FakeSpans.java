package dev.maintainer.operator;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.SpanPart;
import dev.maintainer.api.operator.SpanStates;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A registry without indexes. A transition on an id that it does not know changes nothing. */
final class FakeSpans implements SpanStates {
    private enum State {
        ABSENT,
        SCHEDULING,
        REPLICATING
    }

    private static final class Span {
        final TableSpan range;
        final long checkpointTs;
        State state = State.ABSENT;
        boolean ended;

        @Nullable
        NodeId node;

        Span(TableSpan range, long checkpointTs) {
            this.range = range;
            this.checkpointTs = checkpointTs;
        }
    }

    private final Map<DispatcherId, Span> spans = new LinkedHashMap<>();
    private long reads;

    /** How often anything was asked of a span. */
    long reads() {
        return reads;
    }

    void addAbsent(DispatcherId id, long checkpointTs) {
        spans.put(id, new Span(TableSpan.whole(new TableId(id.low())), checkpointTs));
    }

    void addReplicating(DispatcherId id, NodeId node, long checkpointTs) {
        addAbsent(id, checkpointTs);
        bind(id, node);
        markReplicating(id);
    }

    /** Spans of one table that adjoin at these keys, all on one node. */
    void addParts(NodeId node, long checkpointTs, List<DispatcherId> ids, String... cuts) {
        List<TableSpan> ranges = rangesOf(cuts);
        for (int i = 0; i < ids.size(); i++) {
            spans.put(ids.get(i), new Span(ranges.get(i), checkpointTs + i));
            bind(ids.get(i), node);
            markReplicating(ids.get(i));
        }
    }

    /** A table of which every other span is a part. */
    static List<TableSpan> rangesOf(String... cuts) {
        List<SpanBound> bounds = new ArrayList<>(List.of(SpanBound.LOWEST));
        Stream.of(cuts).map(SpanBound::before).forEach(bounds::add);
        bounds.add(SpanBound.HIGHEST);
        List<TableSpan> ranges = new ArrayList<>();
        for (int i = 1; i < bounds.size(); i++) {
            ranges.add(new TableSpan(new TableId(7), bounds.get(i - 1), bounds.get(i)));
        }
        return ranges;
    }

    void end(DispatcherId id) {
        change(id, span -> span.ended = true);
    }

    void remove(DispatcherId id) {
        spans.remove(id);
    }

    Set<DispatcherId> ids() {
        return Set.copyOf(spans.keySet());
    }

    /** For assertions: "gone", "absent", "scheduling on n1", "replicating on n1". */
    String describe(DispatcherId id) {
        Span span = spans.get(id);
        if (span == null) {
            return "gone";
        }
        String state = span.state.name().toLowerCase(Locale.ROOT);
        return span.node == null ? state : state + " on " + span.node;
    }

    private boolean change(DispatcherId id, Consumer<Span> change) {
        Span span = spans.get(id);
        if (span == null) {
            return false;
        }
        change.accept(span);
        return true;
    }

    @Override
    public @Nullable TableSpan span(DispatcherId id) {
        reads++;
        Span span = spans.get(id);
        return span == null ? null : span.range;
    }

    @Override
    public @Nullable NodeId boundTo(DispatcherId id) {
        reads++;
        Span span = spans.get(id);
        return span == null ? null : span.node;
    }

    @Override
    public long checkpointTs(DispatcherId id) {
        reads++;
        Span span = spans.get(id);
        return span == null ? 0 : span.checkpointTs;
    }

    @Override
    public boolean isAbsent(DispatcherId id) {
        reads++;
        Span span = spans.get(id);
        return span != null && span.state == State.ABSENT;
    }

    @Override
    public boolean isReplicating(DispatcherId id) {
        reads++;
        Span span = spans.get(id);
        return span != null && span.state == State.REPLICATING;
    }

    @Override
    public boolean hasEnded(DispatcherId id) {
        reads++;
        Span span = spans.get(id);
        return span != null && span.ended;
    }

    @Override
    public boolean divide(DispatcherId id, List<SpanPart> parts) {
        Span whole = spans.remove(id);
        if (whole == null) {
            return false;
        }
        parts.forEach(part -> spans.put(part.dispatcher(), new Span(part.span(), whole.checkpointTs)));
        return true;
    }

    @Override
    public boolean unite(DispatcherId target, List<DispatcherId> sources, NodeId node, long request) {
        if (!spans.keySet().containsAll(sources)) {
            return false;
        }
        List<Span> united =
                sources.stream().map(spans::get).map(Objects::requireNonNull).toList();
        TableSpan range =
                SpanRanges.hull(united.stream().map(span -> span.range).toList());
        long checkpointTs =
                united.stream().mapToLong(span -> span.checkpointTs).min().orElseThrow();
        sources.forEach(spans::remove);
        spans.put(target, new Span(range, checkpointTs));
        bind(target, node);
        return markReplicating(target);
    }

    @Override
    public boolean bind(DispatcherId id, NodeId node) {
        return change(id, span -> {
            span.node = node;
            span.state = State.SCHEDULING;
        });
    }

    @Override
    public boolean markScheduling(DispatcherId id) {
        return boundTo(id) != null && change(id, span -> span.state = State.SCHEDULING);
    }

    @Override
    public boolean markReplicating(DispatcherId id) {
        return boundTo(id) != null && change(id, span -> span.state = State.REPLICATING);
    }

    @Override
    public boolean markAbsent(DispatcherId id) {
        return change(id, span -> {
            span.node = null;
            span.state = State.ABSENT;
        });
    }
}
