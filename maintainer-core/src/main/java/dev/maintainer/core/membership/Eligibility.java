package dev.maintainer.core.membership;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.RefusalReason;
import java.util.Optional;

/** Which nodes may get spans. The one place that says so: planners, admission and explanations ask it. */
public final class Eligibility {
    private final Members members;
    private final Silence silence;
    private final Drain drain;

    /** By the members, by who is silent, and by what is being emptied, as they are when it is asked. */
    public Eligibility(Members members, Silence silence, Drain drain) {
        this.members = members;
        this.silence = silence;
        this.drain = drain;
    }

    /** Whether a node may get spans. */
    public boolean allows(NodeId node) {
        return obstacle(node).isEmpty();
    }

    /** Why a node may not get spans; empty if it may. */
    public Optional<RefusalReason> obstacle(NodeId node) {
        if (!members.isReady(node)) {
            return Optional.of(RefusalReason.NODE_DEAD);
        }
        return drain.target().is(node) || silence.isSuspect(node)
                ? Optional.of(RefusalReason.NODE_CLOSED)
                : Optional.empty();
    }
}
