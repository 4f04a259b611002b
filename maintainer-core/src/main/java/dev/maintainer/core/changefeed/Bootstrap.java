package dev.maintainer.core.changefeed;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.message.DispatcherSnapshot;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport.BootstrapSnapshot;
import dev.maintainer.api.message.WorkerReport.PostBootstrapDone;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.api.port.SchemaStore;
import dev.maintainer.core.registry.SpanReplica;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks all nodes what they run, then the schema store which tables exist, then hands over to {@link StateRebuild}.
 * Later it welcomes nodes that join.
 */
final class Bootstrap {
    private final Pipeline pipeline;
    private final SchemaStore schemaStore;
    private final List<FrozenOperator> left;
    private final long startTs;
    private final long leastVersion;
    private long triggerStartTs;
    private long tablesRequestedAt = Long.MIN_VALUE;
    private boolean triggerBegun;
    private long triggerAskedAt = Long.MIN_VALUE;
    private long triggerMadeAt = Long.MIN_VALUE;
    private @Nullable ErrorCode triggerError;

    /**
     * Prepares a bootstrap.
     *
     * @param assignment what the maintainer was given
     */
    Bootstrap(Pipeline pipeline, SchemaStore schemaStore, Assignment assignment) {
        this.pipeline = pipeline;
        this.schemaStore = schemaStore;
        this.startTs = assignment.startTs();
        this.left = assignment.left();
        this.leastVersion = assignment.leastVersion();
    }

    /**
     * Asks whom it has to ask.
     *
     * @param late whether the state has been rebuilt, so that what older owners left on these nodes must not write
     */
    void request(boolean late, long nowMillis) {
        if (waitsForMembership()) {
            return;
        }
        for (NodeId node : pipeline.members.dueForRequest(nowMillis, pipeline.config.bootstrapResendMillis())) {
            pipeline.gate.send(
                    LifecycleAction.SEND_BOOTSTRAP,
                    node,
                    new WorkerCommand.Bootstrap(
                            pipeline.changefeed,
                            pipeline.epoch,
                            startTs,
                            node.equals(pipeline.self) ? pipeline.trigger.id() : null,
                            late,
                            pipeline.release.releasedTs()));
        }
    }

    /** Takes an answer. During bootstrap it is kept; later it can only be that of a node that has joined. */
    Disposition onSnapshot(NodeId from, BootstrapSnapshot snapshot, boolean rebuilding, long nowMillis) {
        if (!pipeline.members.isAlive(from)) {
            return Disposition.STALE;
        }
        boolean first = pipeline.members.answered(from, snapshot, rebuilding);
        if (from.equals(pipeline.self)) {
            triggerStartTs = Math.max(triggerStartTs, snapshot.triggerStartTs());
            if (!rebuilding && snapshot.triggerStartTs() > 0 && pipeline.trigger.isLost()) {
                // The held watermark may be without the trigger: only a newer one counts.
                pipeline.watermarks.forget(pipeline.self);
                pipeline.trigger.madeAgain();
            }
        }
        if (first && !rebuilding) {
            welcome(from, snapshot, nowMillis);
        }
        return first ? Disposition.APPLIED : Disposition.DUPLICATE;
    }

    /** A node that joined later: what it runs is adopted where a span waits, and is too much otherwise. */
    private void welcome(NodeId node, BootstrapSnapshot snapshot, long nowMillis) {
        for (DispatcherSnapshot dispatcher : snapshot.dispatchers()) {
            if (!pipeline.isUsable(dispatcher.dispatcher())) {
                continue;
            }
            SpanReplica replica = pipeline.registry.get(dispatcher.dispatcher());
            boolean mine = replica != null && node.equals(replica.node());
            boolean wanted = replica != null
                    && replica.isAbsent()
                    && !pipeline.operators.isInFlight(replica.id())
                    && !dispatcher.state().isTerminal()
                    && replica.span().equals(dispatcher.span());
            if (replica != null && wanted) {
                pipeline.registry.bind(replica, node);
                pipeline.registry.markReplicating(replica);
                pipeline.registry.report(replica, dispatcher.state(), Pipeline.soundTs(dispatcher.checkpointTs()));
            } else if (!mine && !dispatcher.state().isTerminal()) {
                pipeline.removeStray(node, dispatcher.dispatcher(), nowMillis);
            }
        }
        pipeline.scheduling.wantPlan();
    }

    /** Asks for the tables when everybody has answered. */
    void requestTablesIfReady(long nowMillis) {
        pipeline.errors.own(ErrorCode.BOOTSTRAP_FAILED, obstacle());
        boolean due = tablesRequestedAt == Long.MIN_VALUE
                || nowMillis - tablesRequestedAt >= pipeline.config.bootstrapResendMillis();
        if (pipeline.members.allAnswered() && triggerStartTs > 0 && due) {
            tablesRequestedAt = nowMillis;
            schemaStore.requestTables(pipeline.changefeed, triggerStartTs);
        }
    }

    /** Whether the predecessor may have used nodes that this maintainer has not heard of. */
    boolean waitsForMembership() {
        return pipeline.members.version() < leastVersion;
    }

    private @Nullable String obstacle() {
        if (waitsForMembership()) {
            return "waits for version " + leastVersion
                    + " of the membership, which the predecessor may have used; node " + pipeline.self
                    + " has heard of version " + pipeline.members.version();
        }
        if (pipeline.members.allAnswered() && triggerStartTs == 0) {
            return "all nodes have answered and none runs the DDL trigger dispatcher; is node " + pipeline.self
                    + " a member?";
        }
        return null;
    }

    /** Rebuilds the state if these are the tables that were asked for and nobody has joined unheard meanwhile. */
    Optional<StateRebuild> onTables(SchemaSnapshot tables) {
        if (!pipeline.members.allAnswered() || tables.ts() != triggerStartTs) {
            return Optional.empty();
        }
        StateRebuild rebuild = new StateRebuild(pipeline, startTs, pipeline.members.snapshots(), left);
        rebuild.rebuild(tables);
        pipeline.members.dropSnapshots();
        return Optional.of(rebuild);
    }

    /** Has the trigger made again if it has ended or is missing: without it DDLs are lost. Repeated until it is there. */
    private void makeTriggerAgain(long nowMillis) {
        boolean due =
                triggerMadeAt == Long.MIN_VALUE || nowMillis - triggerMadeAt >= pipeline.config.bootstrapResendMillis();
        triggerBegun = false;
        triggerAskedAt = Long.MIN_VALUE;
        if (due) {
            triggerMadeAt = nowMillis;
            if (triggerError == null) {
                triggerFailed(
                        ErrorCode.DISPATCHER_FAILED,
                        "the DDL trigger dispatcher has ended by itself; the checkpoint waits until it runs again");
            }
            // All DDLs up to the committed checkpoint are handled; what it repeats beyond is known by its time.
            pipeline.gate.send(
                    LifecycleAction.SEND_BOOTSTRAP,
                    pipeline.self,
                    new WorkerCommand.Bootstrap(
                            pipeline.changefeed,
                            pipeline.epoch,
                            pipeline.checkpoint.committedTs(),
                            pipeline.trigger.id(),
                            false,
                            pipeline.release.releasedTs()));
        }
    }

    private void triggerFailed(@Nullable ErrorCode code, @Nullable String message) {
        if (triggerError != null) {
            pipeline.errors.own(triggerError, null);
        }
        triggerError = code;
        if (code != null) {
            pipeline.errors.own(code, message);
        }
    }

    /** Lets the trigger begin; repeated until it has. */
    void startTrigger(long nowMillis) {
        if (pipeline.trigger.isLost()) {
            makeTriggerAgain(nowMillis);
            return;
        }
        boolean due = triggerAskedAt == Long.MIN_VALUE
                || nowMillis - triggerAskedAt >= pipeline.config.bootstrapResendMillis();
        if (!triggerBegun && due) {
            triggerAskedAt = nowMillis;
            pipeline.gate.send(
                    LifecycleAction.SEND_POST_BOOTSTRAP,
                    pipeline.self,
                    new WorkerCommand.PostBootstrap(pipeline.changefeed, pipeline.epoch, pipeline.trigger.id()));
        }
    }

    Disposition onTriggerBegun(NodeId from, PostBootstrapDone done) {
        if (!from.equals(pipeline.self) || !done.trigger().equals(pipeline.trigger.id())) {
            return Disposition.STALE;
        }
        if (done.error() != null) {
            triggerFailed(done.error().code(), done.error().message());
            if (done.error().code() == ErrorCode.TRIGGER_MISMATCH) {
                pipeline.trigger.markMissing();
            }
            return Disposition.APPLIED;
        }
        triggerFailed(null, null);
        Disposition disposition = triggerBegun ? Disposition.DUPLICATE : Disposition.APPLIED;
        triggerBegun = true;
        return disposition;
    }

    /** Where the trigger really starts; a TSO; 0 before its node has answered. */
    long triggerStartTs() {
        return triggerStartTs;
    }

    /** Who has not answered yet, for people. */
    List<NodeId> outstanding() {
        return pipeline.members.alive().stream()
                .filter(node -> !pipeline.members.isReady(node))
                .toList();
    }
}
