package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.core.checkpoint.CheckpointCalculator;
import dev.maintainer.core.inspect.CheckpointConstraint;
import dev.maintainer.core.lifecycle.LifecycleState;

/**
 * The checkpoint of a maintainer: computed at the end of every input under the bound that the phase sets. Knows since when
 * it has not risen.
 */
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

    /** At the end of every input: whatever has changed, the checkpoint is as far as it may be. */
    void compute(long nowMillis) {
        boolean risen = switch (lifecycle.phase()) {
            case RUNNING, REMOVING -> calculator.compute(cap());
            case BOOTSTRAPPING, CLOSED -> false;
        };
        roseAt = risen ? nowMillis : roseAt;
    }

    /** The bound that the phase sets; a TSO, {@link Long#MAX_VALUE} for none. */
    long cap() {
        return switch (lifecycle.phase()) {
            case RUNNING -> trigger.isLost() ? trigger.checkpointTs() : Long.MAX_VALUE;
            case REMOVING -> removal.checkpointCap();
            case BOOTSTRAPPING, CLOSED -> 0;
        };
    }

    /** The committed checkpoint; a TSO. */
    long committedTs() {
        return calculator.committedTs();
    }

    /** What all dispatchers have received; a TSO. */
    long resolvedTs() {
        return calculator.resolvedTs();
    }

    /** What keeps it from rising, for people. Costs the number of nodes. */
    CheckpointConstraint heldBy() {
        if (lifecycle.phase() == LifecyclePhase.BOOTSTRAPPING) {
            return CheckpointConstraint.BOOTSTRAP;
        }
        CheckpointConstraint holder = calculator.heldBy(cap());
        boolean removed = lifecycle.phase() != LifecyclePhase.RUNNING;
        // The bound of a running maintainer is that of its trigger.
        return holder.kind() == CheckpointConstraint.Kind.REMOVAL && !removed && trigger.isLost()
                ? new CheckpointConstraint(CheckpointConstraint.Kind.TRIGGER, trigger.node())
                : holder;
    }

    /** For how long it has not risen. */
    long heldMillis(long nowMillis) {
        return roseAt == Long.MIN_VALUE ? 0 : nowMillis - roseAt;
    }
}
