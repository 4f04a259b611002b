package dev.maintainer.simulator.world;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.simulator.incident.Incident;
import dev.maintainer.simulator.incident.IncidentKind;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Lets incidents happen to a cluster, each to one of its changefeeds, and counts them. */
final class Incidents {
    private static final int MOST_NODES = 8;
    private static final int MOST_BY_HAND = 8;

    private final SimulatedCluster cluster;
    private final Timeline timeline;
    private final Map<IncidentKind, Long> counts = new EnumMap<>(IncidentKind.class);
    private boolean ended;

    Incidents(SimulatedCluster cluster) {
        this.cluster = cluster;
        this.timeline = cluster.timeline();
    }

    Map<IncidentKind, Long> counts() {
        return counts;
    }

    /** What was going to happen because of earlier incidents does not happen any more, except the return of things. */
    void end() {
        ended = true;
    }

    void happen(Incident incident) {
        if (!cluster.control().isReady()) {
            return;
        }
        SimulatedNode node = member(incident.first());
        SimulatedNode other = member(incident.second());
        SimulatedChangefeed changefeed = cluster.changefeed(incident.atMillis());
        int millis = incident.millis();
        boolean enough = cluster.control().areEnough();
        counts.merge(incident.kind(), 1L, Long::sum);
        switch (incident.kind()) {
            case CREATE_TABLES -> changefeed.upstream().createTables(incident.first());
            case DROP_TABLES -> changefeed.upstream().dropTables(incident.first());
            case CHANGE_SCHEMA -> changefeed.upstream().change();
            case SYNC_POINT -> changefeed.upstream().syncPoint();
            case MOVE -> cluster.move(changefeed, node.id());
            case MOVE_AND_BACK -> moveAndBack(changefeed, node, millis);
            case PAUSE -> pause(node, millis, incident.second());
            case PAUSE_OWNER -> pause(cluster.owner(changefeed), millis, incident.second());
            case PAUSE_OWNER_IN_HANDOFF -> {
                SimulatedNode owner = cluster.owner(changefeed);
                cluster.move(changefeed, node.id());
                timeline.in(timeline.below(60), () -> pause(owner, millis, incident.second()));
            }
            case KILL -> kill(node, enough);
            case KILL_OWNER -> kill(cluster.owner(changefeed), enough);
            case RESTART -> {
                cluster.control().restart(node, millis);
            }
            case EXPIRE -> expire(node, enough);
            case EXPIRE_OWNER -> expire(cluster.owner(changefeed), enough);
            case JOIN -> {
                if (cluster.members().size() < MOST_NODES) {
                    cluster.control().join();
                }
            }
            case REPLACE_COORDINATOR -> cluster.control().replaceLeader(millis, 0);
            case OVERLAPPING_COORDINATORS -> cluster.control().replaceLeader(0, millis);
            case COORDINATOR_DIES_IN_HANDOFF -> {
                SimulatedCoordinator leader = cluster.leader();
                cluster.crashes()
                        .dieAtStep(
                                leader.id(),
                                incident.second(),
                                () -> cluster.coordinatorDies(
                                        leader, "at step " + incident.second() + " of a handoff", millis));
                cluster.move(changefeed, node.id());
            }
            case OWNER_DIES_IN_HANDOFF ->
                dieInHandoff(changefeed, cluster.owner(changefeed), node.id(), incident.second(), enough);
            case TARGET_DIES_IN_HANDOFF -> dieInHandoff(changefeed, node, node.id(), incident.second(), enough);
            case MOVE_DURING_BOOTSTRAP -> {
                cluster.network().cut(node.id(), other.id(), millis);
                cluster.network().cut(other.id(), node.id(), millis);
                cluster.move(changefeed, node.id());
                timeline.in(50 + timeline.below(200), () -> cluster.control().replaceLeader(timeline.below(200), 0));
                timeline.in(300 + timeline.below(800), () -> cluster.move(changefeed, other.id()));
            }
            case OVERLAP_IN_HANDOFF -> {
                SimulatedCoordinator former = cluster.leader();
                cluster.move(changefeed, node.id());
                timeline.in(timeline.below(150), () -> {
                    cluster.control().replaceLeader(0, millis);
                    timeline.in(timeline.below(150), () -> {
                        cluster.move(changefeed, other.id());
                        former.move(changefeed.id(), other.id());
                    });
                });
            }
            case OWNER_AND_COORDINATOR_DIE -> {
                SimulatedCoordinator leader = cluster.leader();
                kill(cluster.owner(changefeed), enough);
                cluster.coordinatorDies(leader, "together with the owner", millis);
            }
            case STORE_DOWN -> cluster.control().storeDown(millis);
            case MOVE_BY_HAND -> cluster.moveByHand(changefeed, node, 1 + incident.second() % MOST_BY_HAND);
            case CUT -> cluster.network().cut(node.id(), other.id(), millis);
            case PARTITION -> {
                cluster.network().cut(node.id(), other.id(), millis);
                cluster.network().cut(other.id(), node.id(), millis);
            }
            case ISOLATE -> cluster.network().isolate(node.id(), incident.second() % 2 == 1, millis);
            case ISOLATE_COORDINATOR ->
                cluster.network().isolate(cluster.leader().id(), incident.second() % 2 == 1, millis);
            case SLOW_LINK -> cluster.network().slow(node.id(), other.id(), millis);
            case SELECT_SCHEDULER ->
                cluster.owner(changefeed)
                        .command(
                                changefeed.id(),
                                new SchedulerCommand.Select(
                                        incident.second() % 2 == 1
                                                ? Planners.BALANCE_SPLITS
                                                : List.of(Planners.BASIC, Planners.FICKLE, Planners.BALANCE, "nobody")
                                                        .get(incident.first() % 4)));
            case SHADOW_SCHEDULER ->
                cluster.owner(changefeed)
                        .command(
                                changefeed.id(),
                                new SchedulerCommand.Shadow(
                                        incident.first() % 3 == 0
                                                ? null
                                                : incident.first() % 3 == 1 ? Planners.BASIC : Planners.FICKLE));
            case PROPOSE_PLAN -> propose(changefeed, millis);
            case DRAIN ->
                cluster.leader()
                        .drain(
                                (incident.second() % 2 == 1 ? cluster.owner(changefeed) : node).id(),
                                millis % 2 == 1 ? -1 : millis);
            case INTERVENE ->
                cluster.owner(changefeed)
                        .intervene(
                                changefeed.id(),
                                incident.first(),
                                incident.second() % 3 == 0
                                        ? SchedulerCommand.Intervention.RETRY
                                        : SchedulerCommand.Intervention.CANCEL,
                                50);
            case CANCEL_DRAIN -> cluster.leader().cancelDrain();
            case CUT_FROM_STORE, STAND_STILL, SUSPEND_MACHINE, END_SESSION, BACK_AND_GONE, LOSE_ANSWERS, EXPEL, LEAVE ->
                cluster.control().happen(incident, node);
            case PAUSE_CHANGEFEED -> {
                changefeed.pause(true);
                if (millis % 2 == 0) {
                    changefeed.resumeIn(millis);
                }
            }
            case REMOVE_CHANGEFEED -> changefeed.remove();
            case END_SOURCE ->
                (incident.second() % 3 == 0 ? cluster.members() : List.of(node))
                        .forEach(each -> each.endSource(changefeed.id(), incident.second(), millis));
            case CALM -> cluster.faults().rest(millis);
            case RECREATE_CHANGEFEED -> {
                changefeed.remove();
                timeline.in(millis, changefeed::create);
            }
        }
    }

    private void propose(SimulatedChangefeed changefeed, int millis) {
        SimulatedNode owner = cluster.owner(changefeed);
        owner.command(changefeed.id(), new SchedulerCommand.Propose(null));
        timeline.in(
                millis,
                () -> owner.command(changefeed.id(), new SchedulerCommand.Apply(owner.proposed(changefeed.id()))));
    }

    private SimulatedNode member(int number) {
        List<SimulatedNode> members = cluster.members();
        return members.get(number % members.size());
    }

    private void moveAndBack(SimulatedChangefeed changefeed, SimulatedNode node, int millis) {
        NodeId before = cluster.owner(changefeed).id();
        cluster.move(changefeed, node.id());
        timeline.in(millis, () -> {
            if (!ended) {
                cluster.move(changefeed, before);
            }
        });
    }

    private void kill(SimulatedNode node, boolean allowed) {
        if (allowed && node.isUp()) {
            cluster.kill(node);
        }
    }

    private void expire(SimulatedNode node, boolean allowed) {
        if (allowed) {
            cluster.control().expire(node);
        }
    }

    private void dieInHandoff(
            SimulatedChangefeed changefeed, SimulatedNode doomed, NodeId target, int step, boolean allowed) {
        if (allowed) {
            cluster.crashes().dieAtStep(doomed.id(), step, () -> kill(doomed, true));
        }
        cluster.move(changefeed, target);
    }

    private void pause(SimulatedNode node, int millis, int how) {
        cluster.control().pause(node, millis, how % 2 == 0);
    }
}
