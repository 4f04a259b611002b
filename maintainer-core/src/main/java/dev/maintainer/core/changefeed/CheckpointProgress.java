package dev.maintainer.core.changefeed;

import dev.maintainer.core.checkpoint.CheckpointCalculator;
import dev.maintainer.core.inspect.CheckpointConstraint;
import dev.maintainer.core.lifecycle.LifecycleState;

/** Has the checkpoint computed under the bound that the phase sets, and knows since when it has not risen. */
final class CheckpointProgress {
    private final LifecycleState lifecycle;
    private final Trigger trigger;
    private final Removal removal;
    private final CheckpointCalculator calculator;
    private long roseAt = Long.MIN_VALUE;

    CheckpointProgress(LifecycleState lifecycle, Trigger trigger, Removal removal, CheckpointCalculator calculator) {
        this.lifecycle = lifecycle;
        this.trigger = trigger;
        this.removal = removal;
        this.calculator = calculator;
    }

    /** The maintainer has begun: from now on its checkpoint could rise. */
    void begin(long nowMillis) {
        roseAt = roseAt == Long.MIN_VALUE ? nowMillis : roseAt;
    }

    void compute(long nowMillis) {
        boolean risen = switch (lifecycle.phase()) {
            case RUNNING -> calculator.compute(trigger.isLost() ? trigger.checkpointTs() : Long.MAX_VALUE);
            case REMOVING -> calculator.compute(removal.checkpointCap());
            case BOOTSTRAPPING, CLOSED -> false;
        };
        roseAt = risen ? nowMillis : roseAt;
    }

    /** The committed checkpoint; a TSO. */
    long committedTs() {
        return calculator.committedTs();
    }

    /** What all dispatchers have received; a TSO. */
    long resolvedTs() {
        return calculator.resolvedTs();
    }

    /** What decided the last computation. */
    CheckpointConstraint heldBy() {
        return calculator.heldBy();
    }

    /** For how long it has not risen. */
    long heldMillis(long nowMillis) {
        return roseAt == Long.MIN_VALUE ? 0 : nowMillis - roseAt;
    }
}
