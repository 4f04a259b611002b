package dev.maintainer.api.lifecycle;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.SpanPart;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An operator that was in flight at the quiesce, and its intent, for the successor.
 *
 * @param dispatcher the dispatcher that it drives; for a merge, the dispatcher that was to be created
 * @param type the intent
 * @param phase the operator's own state, for people
 * @param span for a merge, the range that was to be covered; null if the span is no longer registered (its table was
 *     dropped)
 * @param checkpointTs the span's checkpoint when it was frozen; a TSO, 0 if the span is no longer registered
 * @param origin where the dispatcher ran or runs; null for an add
 * @param destination where it was meant to run; null for a remove, a split, a merge, and an operator that had been
 *     cancelled
 * @param parts what a span was to be split into; empty for any other operator
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public record FrozenOperator(
        DispatcherId dispatcher,
        OperatorType type,
        String phase,
        @Nullable TableSpan span,
        long checkpointTs,
        @Nullable NodeId origin,
        @Nullable NodeId destination,
        List<SpanPart> parts) {
    /**
     * Copies the list.
     *
     * @param dispatcher the dispatcher that it drives; for a merge, the dispatcher that was to be created
     * @param type the intent
     * @param phase the operator's own state, for people
     * @param span for a merge, the range that was to be covered; null if the span is no longer registered (its table
     *     was dropped)
     * @param checkpointTs the span's checkpoint when it was frozen; a TSO, 0 if the span is no longer registered
     * @param origin where the dispatcher ran or runs; null for an add
     * @param destination where it was meant to run; null for a remove, a split, a merge, and an operator that had been
     *     cancelled
     * @param parts what a span was to be split into; empty for any other operator
     */
    public FrozenOperator {
        parts = List.copyOf(parts);
    }

    /**
     * Creates any operator but a split.
     *
     * @param dispatcher the dispatcher that it drives; for a merge, the dispatcher that was to be created
     * @param type the intent
     * @param phase the operator's own state, for people
     * @param span for a merge, the range that was to be covered; null if the span is no longer registered (its table
     *     was dropped)
     * @param checkpointTs the span's checkpoint when it was frozen; a TSO, 0 if the span is no longer registered
     * @param origin where the dispatcher ran or runs; null for an add
     * @param destination where it was meant to run; null for a remove, a split, a merge, and an operator that had been
     *     cancelled
     */
    public FrozenOperator(
            DispatcherId dispatcher,
            OperatorType type,
            String phase,
            @Nullable TableSpan span,
            long checkpointTs,
            @Nullable NodeId origin,
            @Nullable NodeId destination) {
        this(dispatcher, type, phase, span, checkpointTs, origin, destination, List.of());
    }
}
