package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.operator.OperatorController;
import java.util.SortedSet;
import java.util.TreeSet;

/** What a handoff closes: the DDL trigger dispatcher. All others run on. */
final class TriggerClose {
    private final Trigger trigger;
    private final OperatorController operators;
    private final CommandSender commands;
    private final long resendMillis;
    private long askedAt;

    /** @param resendMillis the time between two requests */
    TriggerClose(Trigger trigger, OperatorController operators, CommandSender commands, long resendMillis) {
        this.trigger = trigger;
        this.operators = operators;
        this.commands = commands;
        this.resendMillis = resendMillis;
    }

    Trigger trigger() {
        return trigger;
    }

    void begin(long nowMillis) {
        askedAt = nowMillis;
        operators.closeTrigger(trigger.id(), trigger.node(), nowMillis);
        closeWithoutOperator();
    }

    /** Asks again if there is no answer yet. */
    void repeat(long nowMillis) {
        if (nowMillis - askedAt >= resendMillis) {
            askedAt = nowMillis;
            operators.repeat(trigger.id(), nowMillis);
            closeWithoutOperator();
        }
    }

    /** The operator ends at once if the own node has left the membership view; the trigger may run all the same. */
    private void closeWithoutOperator() {
        if (!trigger.hasEnded() && !operators.isInFlight(trigger.id())) {
            commands.remove(
                    LifecycleAction.RUN_TRIGGER_CLOSE,
                    trigger.node(),
                    trigger.id(),
                    OperatorType.REMOVE,
                    operators.nextRequest());
        }
    }

    /** The node that has to close it; none if it has ended. */
    SortedSet<NodeId> awaited() {
        TreeSet<NodeId> awaited = new TreeSet<>();
        if (!isComplete()) {
            awaited.add(trigger.node());
        }
        return awaited;
    }

    boolean isComplete() {
        return trigger.hasEnded();
    }
}
