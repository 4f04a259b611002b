package dev.maintainer.operator;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.api.operator.SpanPart;
import dev.maintainer.api.operator.SpanStates;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** What an operator takes for granted when it begins, and why it may not begin if that does not hold. */
final class AdmissionPreconditions {
    private final SpanStates spans;
    private final Predicate<NodeId> alive;
    private final Predicate<DispatcherId> driven;

    AdmissionPreconditions(SpanStates spans, Predicate<NodeId> alive, Predicate<DispatcherId> driven) {
        this.spans = spans;
        this.alive = alive;
        this.driven = driven;
    }

    Optional<RefusalReason> ofAdd(DispatcherId id, NodeId destination) {
        return refusal(spans.span(id) != null, spans.isAbsent(id), destination);
    }

    Optional<RefusalReason> ofMove(DispatcherId id, NodeId origin, NodeId destination) {
        return refusal(spans.span(id) != null, runsOn(id, origin), destination);
    }

    Optional<RefusalReason> ofSplit(DispatcherId id, NodeId origin, List<SpanPart> parts) {
        TableSpan whole = spans.span(id);
        boolean right = whole != null
                && runsOn(id, origin)
                && SpanRanges.divide(whole, parts)
                && parts.stream().allMatch(part -> isFree(part.dispatcher()));
        return refusal(whole != null, right, origin);
    }

    Optional<RefusalReason> ofMerge(DispatcherId target, List<DispatcherId> sources, NodeId node) {
        boolean known = sources.stream().allMatch(source -> spans.span(source) != null);
        return refusal(known, isFree(target) && areMergeable(sources, node), node);
    }

    /** The first that does not hold: the spans are there, they are as they should be, the node that is needed lives. */
    private Optional<RefusalReason> refusal(boolean known, boolean right, NodeId needed) {
        if (!known) {
            return Optional.of(RefusalReason.GONE);
        }
        if (!right) {
            return Optional.of(RefusalReason.PRECONDITION_FAILED);
        }
        return alive.test(needed) ? Optional.empty() : Optional.of(RefusalReason.NODE_DEAD);
    }

    private boolean areMergeable(List<DispatcherId> sources, NodeId node) {
        List<TableSpan> ranges = new ArrayList<>();
        for (DispatcherId source : sources) {
            TableSpan range = spans.span(source);
            if (range == null || !runsOn(source, node)) {
                return false;
            }
            ranges.add(range);
        }
        return SpanRanges.adjoin(ranges);
    }

    private boolean runsOn(DispatcherId id, NodeId node) {
        return spans.isReplicating(id) && node.equals(spans.boundTo(id));
    }

    /** Whether nothing has this id. */
    private boolean isFree(DispatcherId id) {
        return !id.isZero() && spans.span(id) == null && !driven.test(id);
    }
}
