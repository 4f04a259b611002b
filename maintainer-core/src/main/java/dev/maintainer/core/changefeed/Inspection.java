package dev.maintainer.core.changefeed;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.api.operator.Admission;
import dev.maintainer.core.inspect.CheckpointConstraint;
import dev.maintainer.core.inspect.CheckpointDiagnosis;
import dev.maintainer.core.inspect.PlacementObstacles;
import dev.maintainer.core.inspect.PlacementObstacles.Code;
import dev.maintainer.core.inspect.PlacementObstacles.Obstacle;
import dev.maintainer.core.inspect.SpanExplanation;
import dev.maintainer.core.registry.SpanReplica;
import dev.maintainer.core.scheduling.planner.DecisionRecord;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import dev.maintainer.operator.OperatorView;
import dev.maintainer.scheduler.spi.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Looks at a pipeline for people. Changes nothing. On the maintainer's thread. */
final class Inspection {
    private final Pipeline pipeline;
    private final boolean plans;
    private final long nowMillis;

    /** @param plans whether the lifecycle lets the maintainer plan right now */
    Inspection(Pipeline pipeline, boolean plans, long nowMillis) {
        this.pipeline = pipeline;
        this.plans = plans;
        this.nowMillis = nowMillis;
    }

    // ---- why is it there ---------------------------------------------------------------------------------------

    Optional<SpanExplanation> explain(DispatcherId dispatcher) {
        return Optional.ofNullable(pipeline.registry.get(dispatcher)).map(this::explain);
    }

    SpanExplanation explain(SpanReplica replica) {
        OperatorView operator =
                pipeline.operators.operator(replica.id(), nowMillis).orElse(null);
        DecisionRecord decision = pipeline.scheduling.lastDecision(replica.id()).orElse(null);
        return new SpanExplanation(
                replica.id(),
                replica.span(),
                replica.schema(),
                replica.group(),
                replica.state().name(),
                replica.node(),
                replica.component(),
                replica.checkpointTs(),
                operator,
                decision,
                where(replica) + "; " + why(decision) + "; " + underWay(operator));
    }

    private static String where(SpanReplica replica) {
        return switch (replica.state()) {
            case ABSENT -> "it waits for placement";
            case SCHEDULING -> "it is bound to " + replica.node() + " and does not run there yet";
            case REPLICATING -> "it runs on " + replica.node();
        };
    }

    private String why(@Nullable DecisionRecord record) {
        if (record == null) {
            return "nobody has decided on it under this owner (epoch " + pipeline.epoch
                    + "), which found it as it is, or too many others were decided on since";
        }
        Decision decision = record.decision();
        String who = record.scheduler().isEmpty() ? "the built-in placement" : "'" + record.scheduler() + "'";
        String what = "decided to " + decision.describe();
        String came = record.admission() instanceof Admission.Refused refused
                ? ", which was refused: " + refused.reason()
                : "";
        return who + " " + what + " in round " + record.round() + ", " + (nowMillis - record.atMillis())
                + " ms ago, for " + decision.reason().code() + " ("
                + decision.reason().text() + ")" + came;
    }

    private static String underWay(@Nullable OperatorView operator) {
        return operator == null
                ? "nothing is under way"
                : operator.type() + " is under way since " + operator.ageMillis() + " ms, in " + operator.phase()
                        + (operator.frozen() ? ", frozen by the removal" : "");
    }

    // ---- why is it not there -----------------------------------------------------------------------------------

    Optional<PlacementObstacles> whyNot(DispatcherId dispatcher, NodeId node) {
        SpanReplica replica = pipeline.registry.get(dispatcher);
        return replica == null
                ? Optional.empty()
                : Optional.of(new PlacementObstacles(dispatcher, node, obstacles(replica, node)));
    }

    private List<Obstacle> obstacles(SpanReplica replica, NodeId node) {
        if (node.equals(replica.node())) {
            return List.of(new Obstacle(Code.ALREADY_THERE, where(replica)));
        }
        List<Obstacle> found = new ArrayList<>();
        if (!pipeline.members.isAlive(node)) {
            found.add(new Obstacle(Code.NOT_A_MEMBER, node + " is no member; members are " + pipeline.members.alive()));
        } else if (!pipeline.members.isReady(node)) {
            found.add(
                    new Obstacle(Code.NOT_READY, node + " has not answered the bootstrap of epoch " + pipeline.epoch));
        }
        if (pipeline.failureDetector.isSuspect(node)) {
            found.add(new Obstacle(
                    Code.SUSPECT,
                    node + " has said nothing for "
                            + pipeline.failureDetector.silentMillis(nowMillis).get(node) + " ms"));
        }
        if (pipeline.drain.target().is(node)) {
            found.add(new Obstacle(Code.DRAINING, node + " is being emptied, " + pipeline.drain.target()));
        }
        if (pipeline.eligibility.isExcluded(node)) {
            found.add(new Obstacle(
                    Code.EXCLUDED, node + " has the weight 0, so it gets nothing; give it another weight"));
        }
        OperatorView operator =
                pipeline.operators.operator(replica.id(), nowMillis).orElse(null);
        if (operator != null) {
            found.add(new Obstacle(Code.IN_FLIGHT, underWay(operator)));
        }
        int towards = pipeline.operators.towards(node);
        int most = pipeline.config.planning().maxInFlightPerNode();
        if (towards >= most) {
            found.add(new Obstacle(
                    Code.NO_ROOM, towards + " operators are under way towards " + node + ", at most " + most));
        }
        if (!plans) {
            found.add(new Obstacle(Code.NOT_PLANNING, "the maintainer does not plan in its present phase"));
        }
        SchedulingView scheduling = pipeline.scheduling.view();
        if (scheduling.condition() == SchedulerCondition.DEGRADED) {
            String how = scheduling.failure() == null
                    ? ""
                    : ", the last time with " + scheduling.failure().code() + ": "
                            + scheduling.failure().message();
            found.add(new Obstacle(
                    Code.SCHEDULER_DEGRADED,
                    "'" + scheduling.scheduler() + "' has failed " + scheduling.faults() + " times in a row" + how
                            + "; nothing is moved until it has a good round"));
        }
        found.add(ofScheduler(replica, node));
        return found;
    }

    private Obstacle ofScheduler(SpanReplica replica, NodeId node) {
        DecisionRecord record = pipeline.scheduling.lastDecision(replica.id()).orElse(null);
        String loads = "load of " + node + " is " + load(node)
                + (replica.node() == null ? "" : ", of " + replica.node() + " " + load(replica.node()));
        if (record == null) {
            return new Obstacle(Code.NOT_DECIDED, why(null) + "; " + loads);
        }
        if (record.decision().target().equals(node) && record.admission() instanceof Admission.Refused) {
            return new Obstacle(Code.REFUSED, why(record));
        }
        return new Obstacle(Code.OTHER_CHOSEN, why(record) + "; " + loads);
    }

    private int load(NodeId node) {
        return pipeline.registry.boundCount(node)
                + pipeline.operators.arriving(node)
                - pipeline.operators.departing(node);
    }

    // ---- who holds the checkpoint ------------------------------------------------------------------------------

    CheckpointDiagnosis blame(long heldMillis, @Nullable String bootstrapWaitsFor) {
        CheckpointConstraint holder = pipeline.heldBy();
        if (bootstrapWaitsFor != null) {
            return blame(
                    new CheckpointConstraint(CheckpointConstraint.Kind.BOOTSTRAP, null),
                    null,
                    heldMillis,
                    "the maintainer has not begun: it waits for " + bootstrapWaitsFor);
        }
        NodeId node = holder.node();
        return switch (holder.kind()) {
            case BOOTSTRAP -> blame(holder, null, heldMillis, "no checkpoint was computed yet");
            case REDO_LOG ->
                blame(
                        holder,
                        null,
                        heldMillis,
                        "the redo log is durable up to " + pipeline.release.releasedTs()
                                + ", and nothing later may be written to the sink; see what holds the checkpoint of "
                                + pipeline.changefeed.in(ReplicationMode.REDO));
            case NOTHING -> blame(holder, null, heldMillis, "nothing holds it: there is nothing to replicate");
            case SPAN -> {
                SpanReplica lowest = pipeline.registry.lowestNonReplicating();
                SpanExplanation span = lowest == null ? null : explain(lowest);
                yield blame(
                        holder,
                        span,
                        heldMillis,
                        span == null
                                ? "the span that held it has been placed since"
                                : "dispatcher " + span.dispatcher() + " of " + span.span() + " at "
                                        + span.checkpointTs() + ": " + span.text());
            }
            case REMOVAL ->
                blame(
                        holder,
                        null,
                        heldMillis,
                        "the maintainer is being removed, and what it has frozen or its DDL trigger caps it; the next"
                                + " owner goes on");
            case MISSING_WATERMARK ->
                blame(
                        holder,
                        null,
                        heldMillis,
                        node + " runs " + (node == null ? 0 : pipeline.registry.boundCount(node))
                                + " dispatchers and has sent no watermark; look at that node");
            case NODE -> {
                Watermark watermark = node == null ? null : pipeline.watermarks.of(node);
                yield blame(
                        holder,
                        null,
                        heldMillis,
                        "the slowest of the dispatchers of " + node + ", "
                                + (node == null ? 0 : pipeline.registry.boundCount(node))
                                + " with spans, is at "
                                + (watermark == null ? "an unknown checkpoint" : watermark.checkpointTs())
                                + ", and that node knows which; the checkpoint is as far as its sink is");
            }
            case DROPPED_TABLE ->
                blame(holder, null, heldMillis, holder + "; it goes on when everything has passed the drop");
        };
    }

    private CheckpointDiagnosis blame(
            CheckpointConstraint holder, @Nullable SpanExplanation span, long heldMillis, String text) {
        NodeId node = holder.node() != null ? holder.node() : span == null ? null : span.node();
        return new CheckpointDiagnosis(
                pipeline.changefeed, pipeline.checkpoint.committedTs(), holder.kind(), node, span, heldMillis, text);
    }
}
