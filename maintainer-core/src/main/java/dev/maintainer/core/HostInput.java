package dev.maintainer.core;

import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.core.scheduling.planner.ShadowAnswer;
import org.jspecify.annotations.Nullable;

/** Everything that can happen to a host of maintainers, and to the maintainers in it. */
public sealed interface HostInput {
    /** The coordinator wants something. */
    record RequestReceived(NodeId from, CoordinatorRequest request) implements HostInput {}

    /** Nodes came or went. */
    record MembershipChanged(Membership membership) implements HostInput {}

    /** Time has passed; about every 50 ms. */
    record Tick() implements HostInput {}

    /** What concerns the maintainer of one pipeline; the host brings it there as it is. */
    sealed interface PipelineInput extends HostInput {
        /** Which pipeline of which changefeed. */
        ChangefeedId changefeed();

        /** What it is, by the name that it is counted under. */
        String kind();
    }

    /** A worker reports to the maintainer of a changefeed. */
    record ReportReceived(NodeId from, WorkerReport report) implements PipelineInput {
        @Override
        public ChangefeedId changefeed() {
            return report.changefeed();
        }

        @Override
        public String kind() {
            return report.kind();
        }
    }

    /** The schema store has answered the maintainer of a changefeed. */
    record TablesLoaded(ChangefeedId changefeed, SchemaSnapshot snapshot) implements PipelineInput {
        @Override
        public String kind() {
            return "TablesLoaded";
        }
    }

    /** A planner has answered a maintainer. */
    record PlanReturned(ChangefeedId changefeed, MaintainerEpoch epoch, PlanAnswer answer) implements PipelineInput {
        @Override
        public String kind() {
            return "PlanReturned";
        }
    }

    /** A shadow has answered a maintainer, after the planner; null if it had nothing to say. */
    record ShadowReturned(
            ChangefeedId changefeed,
            MaintainerEpoch epoch,
            long round,
            @Nullable ShadowAnswer answer) implements PipelineInput {
        @Override
        public String kind() {
            return "ShadowReturned";
        }
    }

    /**
     * Somebody has decided what becomes of a block event that the sink refuses.
     *
     * @param epoch of the owner that has told of it
     * @param attempt the one that was refused
     */
    record RefusalDecided(
            ChangefeedId changefeed, MaintainerEpoch epoch, BlockKey event, long attempt, RefusalDecision decision)
            implements PipelineInput {
        @Override
        public String kind() {
            return "RefusalDecided";
        }
    }

    /** Somebody wants the planning of a changefeed changed, or a plan; numbers are unique at a host. */
    record SchedulerCommanded(ChangefeedId changefeed, long number, SchedulerCommand command) implements PipelineInput {
        @Override
        public String kind() {
            return "SchedulerCommanded";
        }
    }
}
