package dev.maintainer.operator;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.RefusalReason;
import java.util.Optional;

/** What the owner of a controller forbids, beyond what the controller refuses by itself. Asked at each admission. */
@FunctionalInterface
public interface AdmissionPolicy {
    /** Forbids nothing. */
    AdmissionPolicy OPEN = (dispatcher, type) -> Optional.empty();

    /**
     * {@return why an operator may not be admitted now; empty if it may}
     *
     * @param dispatcher under which it would be registered, or a source of a merge
     * @param type what it means to do
     */
    Optional<RefusalReason> refusal(DispatcherId dispatcher, OperatorType type);

    /**
     * Whether a node may get, now, what was meant for it when a split was admitted.
     *
     * @param node a member
     * @return if not, the scheduler decides where the part goes; true unless overridden
     */
    default boolean mayGetSpans(NodeId node) {
        return true;
    }
}
