package dev.maintainer.operator;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.SpanPart;
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

/** A registry without indexes. */
final class FakeSpans implements SpanStates {
    private enum State {
        ABSENT,
        SCHEDULING,
        REPLICATING
    }

    private final class Span implements DrivenSpan {
        final DispatcherId id;
        final TableSpan range;
        final long checkpointTs;
        State state = State.ABSENT;
        boolean ended;

        @Nullable
        NodeId node;

        Span(DispatcherId id, TableSpan range, long checkpointTs) {
            this.id = id;
            this.range = range;
            this.checkpointTs = checkpointTs;
        }

        @Override
        public DispatcherId id() {
            return id;
        }

        @Override
        public TableSpan span() {
            reads++;
            return range;
        }

        @Override
        public SchemaId schema() {
            return new SchemaId(1);
        }

        @Override
        public @Nullable NodeId node() {
            reads++;
            return node;
        }

        @Override
        public long checkpointTs() {
            reads++;
            return checkpointTs;
        }

        @Override
        public boolean isRegistered() {
            return spans.get(id) == this;
        }

        @Override
        public boolean isAbsent() {
            return isRegistered() && state == State.ABSENT;
        }

        @Override
        public boolean isReplicating() {
            return isRegistered() && state == State.REPLICATING;
        }

        @Override
        public boolean hasEnded() {
            return ended;
        }
    }

    private final Map<DispatcherId, Span> spans = new LinkedHashMap<>();
    private long reads;

    /** How often anything was asked of a span. */
    long reads() {
        return reads;
    }

    void addAbsent(DispatcherId id, long checkpointTs) {
        put(new Span(id, TableSpan.whole(new TableId(id.low())), checkpointTs));
    }

    void addReplicating(DispatcherId id, NodeId node, long checkpointTs) {
        addAbsent(id, checkpointTs);
        bind(of(id), node);
        markReplicating(of(id));
    }

    /** Spans of one table that adjoin at these keys, all on one node. */
    void addParts(NodeId node, long checkpointTs, List<DispatcherId> ids, String... cuts) {
        List<TableSpan> ranges = rangesOf(cuts);
        for (int i = 0; i < ids.size(); i++) {
            Span part = new Span(ids.get(i), ranges.get(i), checkpointTs + i);
            put(part);
            bind(part, node);
            markReplicating(part);
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
        change(of(id), span -> span.ended = true);
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

    private static boolean change(DrivenSpan of, Consumer<Span> change) {
        Span span = (Span) of;
        if (!span.isRegistered()) {
            return false;
        }
        change.accept(span);
        return true;
    }

    private void put(Span span) {
        spans.put(span.id, span);
    }

    /** One that is registered. */
    DrivenSpan of(DispatcherId id) {
        return Objects.requireNonNull(spans.get(id));
    }

    /** The range of a span; null if there is none with this id. */
    @Nullable
    TableSpan span(DispatcherId id) {
        Span span = spans.get(id);
        return span == null ? null : span.range;
    }

    /** Where a span is bound; null if it is absent, or there is none with this id. */
    @Nullable
    NodeId boundTo(DispatcherId id) {
        Span span = spans.get(id);
        return span == null ? null : span.node;
    }

    boolean isAbsent(DispatcherId id) {
        Span span = spans.get(id);
        return span != null && span.isAbsent();
    }

    @Override
    public @Nullable DrivenSpan get(DispatcherId id) {
        reads++;
        return spans.get(id);
    }

    @Override
    public boolean divide(DrivenSpan of, List<SpanPart> parts) {
        Span whole = (Span) of;
        if (!spans.remove(whole.id, whole)) {
            return false;
        }
        parts.forEach(part -> put(new Span(part.dispatcher(), part.span(), whole.checkpointTs)));
        return true;
    }

    @Override
    public @Nullable DrivenSpan unite(
            DispatcherId target, List<? extends DrivenSpan> sources, NodeId node, long request) {
        if (!sources.stream().allMatch(DrivenSpan::isRegistered)) {
            return null;
        }
        TableSpan range = SpanRanges.hull(sources.stream().map(DrivenSpan::span).toList());
        long checkpointTs =
                sources.stream().mapToLong(DrivenSpan::checkpointTs).min().orElseThrow();
        sources.forEach(source -> spans.remove(source.id()));
        Span united = new Span(target, range, checkpointTs);
        put(united);
        bind(united, node);
        markReplicating(united);
        return united;
    }

    @Override
    public boolean bind(DrivenSpan of, NodeId node) {
        return change(of, span -> {
            span.node = node;
            span.state = State.SCHEDULING;
        });
    }

    @Override
    public boolean markScheduling(DrivenSpan of) {
        return of.node() != null && change(of, span -> span.state = State.SCHEDULING);
    }

    @Override
    public boolean markReplicating(DrivenSpan of) {
        return of.node() != null && change(of, span -> span.state = State.REPLICATING);
    }

    @Override
    public boolean markAbsent(DrivenSpan of) {
        return change(of, span -> {
            span.node = null;
            span.state = State.ABSENT;
        });
    }
}
