package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.core.lifecycle.LifecycleState;
import dev.maintainer.core.membership.Eligibility;
import dev.maintainer.operator.AdmissionPolicy;
import java.util.Optional;

/** The lifecycle policy, and who may get spans, as operators ask for them. */
final class OperatorAdmission implements AdmissionPolicy {
    private final LifecycleState lifecycle;
    private final Trigger trigger;
    private final Eligibility eligibility;

    OperatorAdmission(LifecycleState lifecycle, Trigger trigger, Eligibility eligibility) {
        this.lifecycle = lifecycle;
        this.trigger = trigger;
        this.eligibility = eligibility;
    }

    @Override
    public Optional<RefusalReason> refusal(DispatcherId dispatcher, OperatorType type) {
        boolean triggerClose = dispatcher.equals(trigger.id()) && type == OperatorType.REMOVE;
        LifecycleAction action = triggerClose ? LifecycleAction.ADMIT_TRIGGER_CLOSE : LifecycleAction.ADMIT_OPERATOR;
        return switch (lifecycle.permission(action)) {
            case ALLOWED -> Optional.empty();
            case NOT_YET -> Optional.of(RefusalReason.NOT_YET);
            case ONLY_IN_CLOSE, NEVER -> Optional.of(RefusalReason.CLOSED);
        };
    }

    @Override
    public boolean mayGetSpans(NodeId node) {
        return eligibility.allows(node);
    }
}
