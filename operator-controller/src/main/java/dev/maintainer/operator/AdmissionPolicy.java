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

    /** Why an operator may not be admitted now; empty if it may. */
    Optional<RefusalReason> refusal(DispatcherId dispatcher, OperatorType type);

    /** Whether a node may get, now, what was meant for it when a split was admitted. */
    default boolean mayGetSpans(NodeId node) {
        return true;
    }
}
