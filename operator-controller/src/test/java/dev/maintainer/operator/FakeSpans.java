package dev.maintainer.operator;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.SpanStates;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
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

        @Nullable
        NodeId node;

        Span(TableSpan range, long checkpointTs) {
            this.range = range;
            this.checkpointTs = checkpointTs;
        }
    }

    private final Map<DispatcherId, Span> spans = new LinkedHashMap<>();

    void addAbsent(DispatcherId id, long checkpointTs) {
        spans.put(id, new Span(TableSpan.whole(new TableId(id.low())), checkpointTs));
    }

    void addReplicating(DispatcherId id, NodeId node, long checkpointTs) {
        addAbsent(id, checkpointTs);
        bind(id, node);
        markReplicating(id);
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
        Span span = spans.get(id);
        return span == null ? null : span.range;
    }

    @Override
    public @Nullable NodeId boundTo(DispatcherId id) {
        Span span = spans.get(id);
        return span == null ? null : span.node;
    }

    @Override
    public long checkpointTs(DispatcherId id) {
        Span span = spans.get(id);
        return span == null ? 0 : span.checkpointTs;
    }

    @Override
    public boolean isAbsent(DispatcherId id) {
        Span span = spans.get(id);
        return span != null && span.state == State.ABSENT;
    }

    @Override
    public boolean isReplicating(DispatcherId id) {
        Span span = spans.get(id);
        return span != null && span.state == State.REPLICATING;
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
