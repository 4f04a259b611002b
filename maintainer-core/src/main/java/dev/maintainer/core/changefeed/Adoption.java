package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.message.DispatcherSnapshot;
import dev.maintainer.api.message.MergeInProgress;
import dev.maintainer.api.message.WorkerReport.BootstrapSnapshot;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.SpanReplica;
import dev.maintainer.operator.OperatorController;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes over what former owners left on the workers, or has it removed: nothing that runs is left to nobody. The whole of
 * it at bootstrap is {@link StateRebuild}.
 */
final class Adoption {
    private final SpanState spans;
    private final SpanRegistry registry;
    private final OperatorController operators;
    private final UnclaimedDispatchers unclaimed;
    private final Members members;
    private final Trigger trigger;
    private final DispatcherIds ids;
    private final CommandSender commands;

    Adoption(SpanState spans, Members members, Trigger trigger, DispatcherIds ids, CommandSender commands) {
        this.spans = spans;
        this.registry = spans.registry();
        this.operators = spans.operators();
        this.unclaimed = spans.unclaimed();
        this.members = members;
        this.trigger = trigger;
        this.ids = ids;
        this.commands = commands;
    }

    // ---- what comes from outside -------------------------------------------------------------------------------

    /** Whether a dispatcher of a table may have this id. */
    boolean isUsable(DispatcherId id) {
        return !id.isZero() && !id.equals(trigger.id());
    }

    /** A checkpoint from outside; one that cannot be is 0, which says nothing. */
    static long soundTs(long ts) {
        return ts < 0 || ts == Long.MAX_VALUE ? 0 : ts;
    }

    /** An id that nothing here has, whatever workers say they run. */
    DispatcherId freshId() {
        return ids.fresh(spans::isTaken);
    }

    // ---- a node that joins -------------------------------------------------------------------------------------

    /** A node that joined later: what it runs is adopted where a span waits, and is too much otherwise. */
    void welcome(NodeId node, BootstrapSnapshot snapshot, long nowMillis) {
        for (DispatcherSnapshot dispatcher : snapshot.dispatchers()) {
            if (!isUsable(dispatcher.dispatcher())) {
                continue;
            }
            SpanReplica replica = registry.get(dispatcher.dispatcher());
            boolean mine = replica != null && node.equals(replica.node());
            boolean wanted = replica != null
                    && replica.isAbsent()
                    && !operators.isInFlight(replica.id())
                    && !dispatcher.state().isTerminal()
                    && replica.span().equals(dispatcher.span());
            if (replica != null && wanted) {
                registry.bind(replica, node);
                registry.markReplicating(replica);
                registry.report(replica, dispatcher.state(), soundTs(dispatcher.checkpointTs()));
            } else if (!mine && !dispatcher.state().isTerminal()) {
                removeStray(node, dispatcher.dispatcher(), nowMillis);
            }
        }
    }

    // ---- a table that is reported ------------------------------------------------------------------------------

    /**
     * Adopts what runs of a table that a DDL has created: a former owner may have executed that DDL, and there must be no
     * second dispatchers. Returns what it covers.
     *
     * @param commitTs of the DDL; a TSO
     */
    Coverage adopt(TableInfo table, long commitTs, long nowMillis) {
        Coverage covered = new Coverage(table.table());
        List<UnclaimedDispatchers.UnclaimedDispatcher> merging = new ArrayList<>();
        for (UnclaimedDispatchers.UnclaimedDispatcher leftover : claim(table.table(), merging)) {
            boolean usable = members.isAlive(leftover.node)
                    && registry.get(leftover.id) == null
                    && covered.isFree(leftover.span);
            if (usable) {
                registry.addReplicating(
                        leftover.id,
                        leftover.span,
                        table.schema(),
                        Math.max(leftover.checkpointTs, Math.max(1, commitTs - 1)),
                        leftover.node,
                        leftover.component);
                covered.add(leftover.span);
                if (leftover.removal != null) {
                    restoreRemoval(leftover.id, leftover.node, leftover.removal, nowMillis);
                }
            } else {
                removeStray(leftover.node, leftover.id, nowMillis);
            }
        }
        for (UnclaimedDispatchers.UnclaimedDispatcher target : merging) {
            if (target.merge != null) {
                restoreMerge(target.node, target.merge, nowMillis);
            }
        }
        for (UnclaimedDispatchers.PendingRemoval leaving : unclaimed.takePendingRemovals(table.table())) {
            boolean mayWrite = operators.isInFlight(leaving.id())
                    && registry.get(leaving.id()) == null
                    && covered.isFree(leaving.span());
            if (mayWrite) {
                // Under its id the span waits for the removal, and is placed when that has ended.
                registry.addCreated(leaving.id(), leaving.span(), table.schema(), commitTs);
                covered.add(leaving.span());
            }
        }
        return covered;
    }

    /**
     * What runs of a table. Of a merge that has begun it is either the target, if that works, or the sources, which the
     * merge goes on to own, whatever they have said meanwhile.
     *
     * @param merging receives the targets of merges whose end is not known
     */
    private List<UnclaimedDispatchers.UnclaimedDispatcher> claim(
            TableId table, List<UnclaimedDispatchers.UnclaimedDispatcher> merging) {
        List<UnclaimedDispatchers.UnclaimedDispatcher> claimed = new ArrayList<>(unclaimed.claim(table));
        for (UnclaimedDispatchers.UnclaimedDispatcher target : List.copyOf(claimed)) {
            if (target.merge == null) {
                continue;
            }
            if (target.component == ComponentState.PREPARING) {
                claimed.remove(target);
                merging.add(target);
            } else {
                claimed.removeIf(source -> target.merge.sources().contains(source.id));
            }
        }
        return claimed;
    }

    /** A table was dropped: what still runs of it, and was never claimed, is too much. */
    void discard(TableId table, long nowMillis) {
        for (UnclaimedDispatchers.UnclaimedDispatcher leftover : unclaimed.claim(table)) {
            removeStray(leftover.node, leftover.id, nowMillis);
        }
    }

    /** Removes what nobody has claimed in time: its table was dropped before this owner began. */
    void expire(long reportedTs, long nowMillis) {
        for (UnclaimedDispatchers.UnclaimedDispatcher orphan : unclaimed.expire(reportedTs)) {
            spans.tombstones().add(orphan.id, nowMillis);
            operators.removeStray(orphan.id, orphan.node, nowMillis);
        }
    }

    // ---- what was begun ----------------------------------------------------------------------------------------

    /** Removes what is too much on a node, with an operator if none drives it. */
    void removeStray(NodeId node, DispatcherId dispatcher, long nowMillis) {
        if (!operators.removeStray(dispatcher, node, nowMillis).isAdmitted()) {
            sendRemove(node, dispatcher);
        }
    }

    /** Tells a node to remove a dispatcher that no operator drives. */
    void sendRemove(NodeId node, DispatcherId dispatcher) {
        commands.remove(LifecycleAction.SELF_HEAL, node, dispatcher, OperatorType.REMOVE, operators.nextRequest());
    }

    /**
     * Ends a dispatcher whose span stays, and places the span again afterwards. Its end may be in a heartbeat that gets
     * lost while the watermark goes on without it, so the span caps the checkpoint from now on.
     */
    void restoreRemoval(DispatcherId dispatcher, NodeId node, OperatorType intent, long nowMillis) {
        boolean admitted =
                operators.restoreRemoval(dispatcher, node, intent, nowMillis).isAdmitted();
        SpanReplica replica = registry.get(dispatcher);
        if (admitted && replica != null) {
            registry.markScheduling(replica);
        }
    }

    /** Waits for a merge that has begun under a former owner; if that cannot be, it is given up. */
    void restoreMerge(NodeId node, MergeInProgress merge, long nowMillis) {
        if (!operators.merge(merge.target(), merge.sources(), node, nowMillis).isAdmitted()) {
            removeStray(node, merge.target(), nowMillis);
        }
    }
}
