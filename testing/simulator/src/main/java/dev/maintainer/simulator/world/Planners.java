package dev.maintainer.simulator.world;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.defaults.BalanceSchedulerProvider;
import dev.maintainer.scheduler.defaults.BalanceSplitsSchedulerProvider;
import dev.maintainer.scheduler.defaults.BasicSchedulerProvider;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The planners of a world: the real ones, which fail and move things to and fro while faults last, and a bad one. */
final class Planners {
    /** What everybody begins with. */
    static final String BALANCE = "balance";
    /** Splits busy tables and merges idle ones. */
    static final String BALANCE_SPLITS = "balance-splits";
    /** Moves nothing. */
    static final String BASIC = "basic";
    /** Has one good round in the life of a world, and then none any more, whoever makes it. */
    static final String FICKLE = "fickle";

    private static final Reason RESTLESS = new Reason("RESTLESS", "somewhere else");
    private static final Reason NONSENSE = new Reason("NONSENSE", "on purpose");
    private static final NodeId NOWHERE = new NodeId("nowhere");

    private final Timeline timeline;
    private final Faults faults;
    private boolean tired;
    private @Nullable Scheduler script;

    Planners(Timeline timeline, Faults faults) {
        this.timeline = timeline;
        this.faults = faults;
    }

    /** From now on all planners do what this one says. */
    void follow(Scheduler wanted) {
        script = wanted;
    }

    Scheduler create(String name) {
        Scheduler calm = switch (name) {
            case BALANCE, FICKLE -> new BalanceSchedulerProvider().create(new TreeMap<>());
            case BALANCE_SPLITS ->
                new BalanceSplitsSchedulerProvider()
                        .create(new TreeMap<>(Map.of("split-bytes-per-second", String.valueOf(SimulatedLoad.HOT))));
            case BASIC -> new BasicSchedulerProvider().create(new TreeMap<>());
            default ->
                throw new MaintainerException(ErrorCode.UNKNOWN_SCHEDULER, "no scheduler is called '" + name + "'");
        };
        return name.equals(FICKLE) ? new Fickle(calm) : (snapshot, budget) -> plan(calm, snapshot, budget);
    }

    private Plan plan(Scheduler calm, SchedulingSnapshot snapshot, Budget budget) {
        if (script != null) {
            return script.plan(snapshot, budget);
        }
        if (faults.plannerFails()) {
            return fail(calm.plan(snapshot, budget), snapshot);
        }
        if (snapshot.absentCount(GroupId.DEFAULT) > 0) {
            return calm.plan(snapshot, budget);
        }
        if (faults.divides()) {
            List<Decision> division = new Division(timeline, snapshot).decisions();
            return division.isEmpty() ? calm.plan(snapshot, budget) : Plan.of(division, RESTLESS);
        }
        if (!faults.isRestless()) {
            return calm.plan(snapshot, budget);
        }
        List<Decision> moves = moves(snapshot);
        return moves.isEmpty() ? calm.plan(snapshot, budget) : Plan.of(moves, RESTLESS);
    }

    private List<Decision> moves(SchedulingSnapshot snapshot) {
        List<NodeView> targets =
                snapshot.nodes().stream().filter(NodeView::eligible).toList();
        List<Decision> moves = new ArrayList<>();
        for (NodeView node : snapshot.nodes()) {
            for (SpanView span : snapshot.replicating(GroupId.DEFAULT, node.id())) {
                if (!targets.isEmpty() && timeline.chance(0.1)) {
                    NodeView target = targets.get(timeline.below(targets.size()));
                    if (!target.id().equals(node.id())) {
                        moves.add(new Decision.Move(span.dispatcher(), node.id(), target.id(), RESTLESS));
                    }
                }
            }
        }
        return moves;
    }

    @SuppressWarnings("NullAway")
    private Plan fail(Plan good, SchedulingSnapshot snapshot) {
        return switch (timeline.below(5)) {
            case 0 -> throw new IllegalStateException("a planner that throws");
            case 1 -> throw new NoClassDefFoundError("a/planner/that/does/Not/Link");
            case 2 -> null;
            case 3 -> nonsense(good, snapshot);
            default -> throw new StackOverflowError();
        };
    }

    /** Some of it is good, which must not be carried out either. */
    private Plan nonsense(Plan good, SchedulingSnapshot snapshot) {
        List<Decision> decisions = new ArrayList<>(good.decisions());
        for (NodeView node : snapshot.nodes()) {
            for (SpanView span : snapshot.replicating(GroupId.DEFAULT, node.id())) {
                decisions.add(
                        new Decision.Place(span.dispatcher(), timeline.chance(0.5) ? NOWHERE : node.id(), NONSENSE));
            }
        }
        for (SpanView span : snapshot.absent(GroupId.DEFAULT)) {
            decisions.add(new Decision.Move(span.dispatcher(), NOWHERE, NOWHERE, NONSENSE));
        }
        decisions.addAll(good.decisions());
        return Plan.of(decisions, NONSENSE);
    }

    private final class Fickle implements Scheduler {
        private final Scheduler calm;

        Fickle(Scheduler calm) {
            this.calm = calm;
        }

        @Override
        public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
            if (tired) {
                throw new IllegalStateException("a planner that was good once");
            }
            tired = true;
            return calm.plan(snapshot, budget);
        }
    }
}
