package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.core.scheduling.planner.ShadowAnswer;
import org.jspecify.annotations.Nullable;

/** Everything that can happen to a maintainer. */
public sealed interface MaintainerInput {
    /** A worker reported. */
    record ReportReceived(NodeId from, WorkerReport report) implements MaintainerInput {}

    /** Nodes came or went. */
    record MembershipChanged(Membership membership) implements MaintainerInput {}

    /** The schema store has answered. */
    record TablesLoaded(SchemaSnapshot snapshot) implements MaintainerInput {}

    /** The coordinator wants the maintainer with this epoch to end. */
    record RemovalRequested(MaintainerEpoch epoch, RemovalMode mode) implements MaintainerInput {}

    /** A planner has answered. */
    record PlanReturned(PlanAnswer answer) implements MaintainerInput {}

    /** A shadow has answered; null if it had nothing to say. */
    record ShadowReturned(long round, @Nullable ShadowAnswer answer) implements MaintainerInput {}

    /** Somebody wants the planning changed, or a plan. */
    record SchedulerCommanded(long number, SchedulerCommand command) implements MaintainerInput {}

    /**
     * Another node is being emptied, or none any more.
     *
     * @param changedAtMillis when the host heard of it, by the same clock as the inputs
     */
    record DrainTargetChanged(DrainTarget target, long changedAtMillis) implements MaintainerInput {}

    /** Time has passed. */
    record Tick() implements MaintainerInput {}
}
