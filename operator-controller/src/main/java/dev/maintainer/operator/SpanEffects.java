package dev.maintainer.operator;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorEffect;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Does to the spans of an operator what its protocol says. */
final class SpanEffects {
    private final SpanStates spans;
    private final Predicate<NodeId> alive;

    /** @param alive whether a node is a member right now */
    SpanEffects(SpanStates spans, Predicate<NodeId> alive) {
        this.spans = spans;
        this.alive = alive;
    }

    void apply(RegisteredOperator operator, OperatorEffect effect) {
        if (effect instanceof OperatorEffect.Bind bind) {
            spansOf(operator).forEach(span -> spans.bind(span, bind.node()));
        } else if (effect instanceof OperatorEffect.MarkScheduling) {
            spansOf(operator).forEach(spans::markScheduling);
        } else if (effect instanceof OperatorEffect.MarkAbsent) {
            spansOf(operator).forEach(spans::markAbsent);
        } else if (effect instanceof OperatorEffect.MarkReplicating) {
            spansOf(operator).forEach(this::runs);
        } else if (effect instanceof OperatorEffect.Divide divide) {
            spansOf(operator).forEach(whole -> spans.divide(whole, divide.parts()));
        } else if (effect instanceof OperatorEffect.Unite unite) {
            List<DrivenSpan> sources = operator.spans();
            NodeId node = sources.get(0).node();
            DrivenSpan united = node == null ? null : spans.unite(unite.target(), sources, node, operator.request());
            if (united != null) {
                runs(united);
            }
        } else {
            throw new IllegalStateException("unknown effect " + effect);
        }
    }

    private void runs(DrivenSpan span) {
        NodeId node = span.node();
        if (node == null || !alive.test(node) || span.hasEnded()) {
            spans.markAbsent(span);
        } else {
            spans.markReplicating(span);
        }
    }

    /** The spans that an operator changes. A removal looks anew: its span may be gone, or have come only now. */
    List<DrivenSpan> spansOf(RegisteredOperator operator) {
        if (!operator.isRemoval()) {
            return operator.spans();
        }
        DrivenSpan span = spans.get(operator.dispatcher());
        return span == null ? List.of() : List.of(span);
    }

    /** The span of the dispatcher under which an operator is registered. */
    @Nullable
    DrivenSpan ownSpan(RegisteredOperator operator) {
        List<DrivenSpan> driven = spansOf(operator);
        return operator.isMerge() || driven.isEmpty() ? null : driven.get(0);
    }
}
