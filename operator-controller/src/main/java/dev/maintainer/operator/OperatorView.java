package dev.maintainer.operator;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorType;
import org.jspecify.annotations.Nullable;

/**
 * An operator as people see it.
 *
 * @param phase the operator's own state
 * @param origin where the dispatcher runs or ran; null for an add
 * @param destination where it shall run; null for a removal
 * @param ageMillis since its admission
 * @param frozen whether quiesce has stopped it
 */
public record OperatorView(
        DispatcherId dispatcher,
        OperatorType type,
        String phase,
        @Nullable NodeId origin,
        @Nullable NodeId destination,
        long ageMillis,
        boolean frozen) {}
