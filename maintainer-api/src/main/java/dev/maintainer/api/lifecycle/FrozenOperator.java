package dev.maintainer.api.lifecycle;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;
import org.jspecify.annotations.Nullable;

/**
 * An operator that quiesce found in flight: what was meant, for the successor.
 *
 * @param phase the operator's own state, for people
 * @param span null if the span is no longer registered (its table was dropped)
 * @param checkpointTs the span's checkpoint when it was frozen; a TSO, 0 if the span is no longer registered
 * @param origin where the dispatcher ran or runs; null for an add
 * @param destination where it was meant to run; null for a remove
 */
public record FrozenOperator(
        DispatcherId dispatcher,
        OperatorType type,
        String phase,
        @Nullable TableSpan span,
        long checkpointTs,
        @Nullable NodeId origin,
        @Nullable NodeId destination) {}
