package dev.maintainer.core.membership;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.RefusalReason;
import java.util.Optional;

/** Which nodes may get spans, and whether all others keep theirs. The one place that says so: planners, admission and explanations ask it. */
public final class Eligibility {
    private final Members members;
    private final Silence silence;
    private final Drain drain;
    private final Calm calm;

    /** By the members, by who is silent, by what is being emptied, and by what calms, as they are when it is asked. */
    public Eligibility(Members members, Silence silence, Drain drain, Calm calm) {
        this.members = members;
        this.silence = silence;
        this.drain = drain;
        this.calm = calm;
    }

    /** Whether a node may get spans. */
    public boolean allows(NodeId node) {
        return obstacle(node).isEmpty();
    }

    /** Whether nodes that may get spans are left as they are. */
    public boolean isCalm(long nowMillis) {
        return calm.isNow(nowMillis);
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
