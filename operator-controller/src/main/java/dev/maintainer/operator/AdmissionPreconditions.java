package dev.maintainer.operator;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.api.operator.SpanPart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** What an operator takes for granted when it begins, and why it may not begin if that does not hold. */
final class AdmissionPreconditions {
    private final Predicate<NodeId> alive;
    private final Predicate<DispatcherId> taken;

    /**
     * Asks these.
     *
     * @param alive whether a node is a member
     * @param taken whether something has a dispatcher id: a span, or an operator
     */
    AdmissionPreconditions(Predicate<NodeId> alive, Predicate<DispatcherId> taken) {
        this.alive = alive;
        this.taken = taken;
    }

    Optional<RefusalReason> ofAdd(@Nullable DrivenSpan span, NodeId destination) {
        return refusal(span != null, span != null && span.isAbsent(), destination);
    }

    Optional<RefusalReason> ofMove(@Nullable DrivenSpan span, NodeId origin, NodeId destination) {
        return refusal(span != null, runsOn(span, origin), destination);
    }

    Optional<RefusalReason> ofSplit(@Nullable DrivenSpan span, NodeId origin, List<SpanPart> parts) {
        boolean right = span != null
                && runsOn(span, origin)
                && SpanRanges.divide(span.span(), parts)
                && parts.stream().allMatch(part -> isFree(part.dispatcher()));
        return refusal(span != null, right, origin);
    }

    /** {@code sources} are those that are registered, of {@code wanted}. */
    Optional<RefusalReason> ofMerge(DispatcherId target, List<DrivenSpan> sources, int wanted, NodeId node) {
        boolean known = sources.size() == wanted;
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

    private static boolean areMergeable(List<DrivenSpan> sources, NodeId node) {
        List<TableSpan> ranges = new ArrayList<>(sources.size());
        for (DrivenSpan source : sources) {
            if (!runsOn(source, node)) {
                return false;
            }
            ranges.add(source.span());
        }
        return SpanRanges.adjoin(ranges);
    }

    private static boolean runsOn(@Nullable DrivenSpan span, NodeId node) {
        return span != null && span.isReplicating() && node.equals(span.node());
    }

    /** Whether nothing has this id. */
    private boolean isFree(DispatcherId id) {
        return !id.isZero() && !taken.test(id);
    }
}
