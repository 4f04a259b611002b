package dev.maintainer.core.changefeed;

import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;

/** The DDL trigger dispatcher. It is in no group, is never scheduled, and lives on the maintainer's own node. */
final class Trigger {
    private final DispatcherId id;
    private final NodeId node;
    private ComponentState component = ComponentState.WORKING;
    private long checkpointTs;
    private boolean missing;

    Trigger(DispatcherId id, NodeId node, long startTs) {
        this.id = id;
        this.node = node;
        this.checkpointTs = startTs;
    }

    DispatcherId id() {
        return id;
    }

    /** The maintainer's own node. */
    NodeId node() {
        return node;
    }

    /** State and checkpoint are merged separately: a terminal state counts whatever its checkpoint. */
    void report(ComponentState state, long reportedTs) {
        if (!component.isTerminal()) {
            component = state;
        }
        checkpointTs = Math.max(checkpointTs, reportedTs);
    }

    /** Its worker does not know it. */
    void markMissing() {
        missing = true;
    }

    /** Its worker has made it again. */
    void madeAgain() {
        missing = false;
        component = ComponentState.WORKING;
    }

    /** Whether nobody looks for DDLs: then no watermark includes the trigger. */
    boolean isLost() {
        return missing || component.isTerminal();
    }

    boolean hasEnded() {
        return component.isTerminal();
    }

    long checkpointTs() {
        return checkpointTs;
    }
}
