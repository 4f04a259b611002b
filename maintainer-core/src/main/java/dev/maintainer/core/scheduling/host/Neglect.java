package dev.maintainer.core.scheduling.host;

import dev.maintainer.core.membership.Eligibility;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.registry.PlacementRetries;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.operator.OperatorController;

/**
 * Notices a scheduler that decides nothing while spans wait to be placed and nodes have room: an empty plan then is no good
 * round, and after a while it is a fault like any other, so that the built-in placement stands in.
 */
final class Neglect {
    private final SpanRegistry registry;
    private final PlacementRetries retries;
    private final OperatorController operators;
    private final Members members;
    private final Eligibility eligibility;
    private final long patienceMillis;
    private final int maxInFlightPerNode;

    private long since = Long.MAX_VALUE;

    Neglect(SchedulingContext context) {
        this.registry = context.registry();
        this.retries = context.retries();
        this.operators = context.operators();
        this.members = context.cluster().members();
        this.eligibility = context.cluster().eligibility();
        this.patienceMillis = context.config().drainPatienceMillis();
        this.maxInFlightPerNode = context.config().maxInFlightPerNode();
    }

    /** Whether nothing was decided although there is something to place. Costs the nodes if nothing was decided. */
    boolean note(boolean decidedNothing, long nowMillis) {
        boolean neglects = decidedNothing && placeable() > 0 && isRoom();
        if (!neglects) {
            since = Long.MAX_VALUE;
        } else if (since == Long.MAX_VALUE) {
            since = nowMillis;
        }
        return neglects;
    }

    /** Whether that has lasted too long. */
    boolean isFault(long nowMillis) {
        return since != Long.MAX_VALUE && nowMillis - since >= patienceMillis;
    }

    /** For people. */
    String text() {
        return "it has decided nothing for " + patienceMillis + " ms, though " + placeable()
                + " spans wait to be placed and nodes have room for them";
    }

    /** How many are absent, and do not wait; some of those that wait may have gone. */
    private int placeable() {
        return registry.absentCount() - retries.held();
    }

    private boolean isRoom() {
        return members.alive().stream()
                .anyMatch(
                        node -> eligibility.allows(node) && operators.traffic().towards(node) < maxInFlightPerNode);
    }
}
