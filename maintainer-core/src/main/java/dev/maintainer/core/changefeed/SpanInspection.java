package dev.maintainer.core.changefeed;

import dev.maintainer.api.lifecycle.LifecycleAction;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.operator.Admission;
import dev.maintainer.core.inspect.PlacementObstacles;
import dev.maintainer.core.inspect.PlacementObstacles.Code;
import dev.maintainer.core.inspect.PlacementObstacles.Obstacle;
import dev.maintainer.core.inspect.SpanExplanation;
import dev.maintainer.core.lifecycle.LifecycleState;
import dev.maintainer.core.membership.ClusterState;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.registry.PlacementRetries;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.SpanReplica;
import dev.maintainer.core.scheduling.host.SchedulerHost;
import dev.maintainer.core.scheduling.planner.DecisionRecord;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import dev.maintainer.operator.OperatorController;
import dev.maintainer.operator.OperatorView;
import dev.maintainer.scheduler.spi.Decision;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says why a span is where it is, and why not elsewhere. Changes nothing. On the maintainer's thread. */
final class SpanInspection {
    private final MaintainerEpoch epoch;
    private final LifecycleState lifecycle;
    private final ClusterState cluster;
    private final Members members;
    private final SpanRegistry registry;
    private final PlacementRetries retries;
    private final OperatorController operators;
    private final SchedulerHost scheduling;
    private final int maxInFlightPerNode;

    SpanInspection(
            MaintainerEpoch epoch,
            LifecycleState lifecycle,
            ClusterState cluster,
            SpanState spans,
            SchedulerHost scheduling,
            int maxInFlightPerNode) {
        this.epoch = epoch;
        this.lifecycle = lifecycle;
        this.cluster = cluster;
        this.members = cluster.members();
        this.registry = spans.registry();
        this.retries = spans.retries();
        this.operators = spans.operators();
        this.scheduling = scheduling;
        this.maxInFlightPerNode = maxInFlightPerNode;
    }

    // ---- why is it there ---------------------------------------------------------------------------------------

    Optional<SpanExplanation> explain(DispatcherId dispatcher, long nowMillis) {
        return Optional.ofNullable(registry.get(dispatcher)).map(replica -> explain(replica, nowMillis));
    }

    /** The spans of a table, oldest first. */
    List<SpanExplanation> explain(TableId table, long nowMillis) {
        return registry.ofTable(table).stream()
                .map(replica -> explain(replica, nowMillis))
                .toList();
    }

    /** The one that is furthest behind of those that do not run. */
    Optional<SpanExplanation> lowest(long nowMillis) {
        return Optional.ofNullable(registry.lowestNonReplicating()).map(replica -> explain(replica, nowMillis));
    }

    /** How many spans are bound to a node. */
    int boundCount(NodeId node) {
        return registry.boundCount(node);
    }

    private SpanExplanation explain(SpanReplica replica, long nowMillis) {
        OperatorView operator = operators.operator(replica.id(), nowMillis).orElse(null);
        DecisionRecord decision = scheduling.lastDecision(replica.id()).orElse(null);
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
                where(replica) + failures(replica) + "; " + why(decision, nowMillis) + "; " + underWay(operator));
    }

    private static String where(SpanReplica replica) {
        return switch (replica.state()) {
            case ABSENT -> "it waits for placement";
            case SCHEDULING -> "it is bound to " + replica.node() + " and does not run there yet";
            case REPLICATING -> "it runs on " + replica.node();
        };
    }

    private String failures(SpanReplica replica) {
        int times = retries.failures(replica.id());
        return times == 0
                ? ""
                : ", and has failed " + times + " times in a row"
                        + (retries.isHeld(replica.id()) ? "; it is tried again after a while, ever more rarely" : "");
    }

    private String why(@Nullable DecisionRecord record, long nowMillis) {
        if (record == null) {
            return "nobody has decided on it under this owner (epoch " + epoch
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

    Optional<PlacementObstacles> whyNot(DispatcherId dispatcher, NodeId node, long nowMillis) {
        SpanReplica replica = registry.get(dispatcher);
        return replica == null
                ? Optional.empty()
                : Optional.of(new PlacementObstacles(dispatcher, node, obstacles(replica, node, nowMillis)));
    }

    private List<Obstacle> obstacles(SpanReplica replica, NodeId node, long nowMillis) {
        if (node.equals(replica.node())) {
            return List.of(new Obstacle(Code.ALREADY_THERE, where(replica)));
        }
        List<Obstacle> found = new ArrayList<>();
        if (!members.isAlive(node)) {
            found.add(new Obstacle(Code.NOT_A_MEMBER, node + " is no member; members are " + members.alive()));
        } else if (!members.isReady(node)) {
            found.add(new Obstacle(Code.NOT_READY, node + " has not answered the bootstrap of epoch " + epoch));
        }
        if (cluster.failureDetector().isSuspect(node)) {
            found.add(new Obstacle(
                    Code.SUSPECT,
                    node + " has said nothing for "
                            + cluster.failureDetector().silentMillis(nowMillis).get(node) + " ms"));
        }
        if (cluster.drain().target().is(node)) {
            found.add(new Obstacle(
                    Code.DRAINING,
                    node + " is being emptied, " + cluster.drain().target()));
        }
        if (cluster.eligibility().isExcluded(node)) {
            found.add(new Obstacle(
                    Code.EXCLUDED, node + " has the weight 0, so it gets nothing; give it another weight"));
        }
        OperatorView operator = operators.operator(replica.id(), nowMillis).orElse(null);
        if (operator != null) {
            found.add(new Obstacle(Code.IN_FLIGHT, underWay(operator)));
        }
        int towards = operators.traffic().towards(node);
        int most = maxInFlightPerNode;
        if (towards >= most) {
            found.add(new Obstacle(
                    Code.NO_ROOM, towards + " operators are under way towards " + node + ", at most " + most));
        }
        if (!lifecycle.allows(LifecycleAction.PLAN)) {
            found.add(new Obstacle(Code.NOT_PLANNING, "the maintainer does not plan in its present phase"));
        }
        SchedulingView planning = scheduling.view();
        if (planning.condition() == SchedulerCondition.DEGRADED) {
            String how = planning.failure() == null
                    ? ""
                    : ", the last time with " + planning.failure().code() + ": "
                            + planning.failure().message();
            found.add(new Obstacle(
                    Code.SCHEDULER_DEGRADED,
                    "'" + planning.scheduler() + "' has failed " + planning.faults() + " times in a row" + how
                            + "; nothing is moved until it has a good round"));
        }
        found.add(ofScheduler(replica, node, nowMillis));
        return found;
    }

    private Obstacle ofScheduler(SpanReplica replica, NodeId node, long nowMillis) {
        DecisionRecord record = scheduling.lastDecision(replica.id()).orElse(null);
        String loads = "load of " + node + " is " + load(node)
                + (replica.node() == null ? "" : ", of " + replica.node() + " " + load(replica.node()));
        if (record == null) {
            return new Obstacle(Code.NOT_DECIDED, why(null, nowMillis) + "; " + loads);
        }
        if (record.decision().target().equals(node) && record.admission() instanceof Admission.Refused) {
            return new Obstacle(Code.REFUSED, why(record, nowMillis));
        }
        return new Obstacle(Code.OTHER_CHOSEN, why(record, nowMillis) + "; " + loads);
    }

    private int load(NodeId node) {
        return registry.boundCount(node)
                + operators.traffic().arriving(node)
                - operators.traffic().departing(node);
    }
}
