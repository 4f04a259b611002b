package dev.maintainer.simulator.world;

import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.scheduler.defaults.BasicSchedulerProvider;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One operation in a world of its own, in which somebody dies when a message of the operation is about to leave. */
final class CrashedOperation {
    /** What is done to one table. */
    enum Kind {
        ADD,
        REMOVE,
        MOVE,
        SPLIT,
        MERGE;

        List<Step> steps() {
            return switch (this) {
                case ADD -> List.of(Step.CREATE, Step.WORKING);
                case REMOVE -> List.of(Step.REMOVE, Step.STOPPED);
                case MOVE, SPLIT -> List.of(Step.REMOVE, Step.STOPPED, Step.CREATE, Step.WORKING);
                case MERGE -> List.of(Step.MERGE, Step.WAITING, Step.STOPPED, Step.WORKING);
            };
        }
    }

    /** A message of an operation. */
    enum Step {
        CREATE("the create leaves the owner"),
        REMOVE("the remove leaves the owner"),
        MERGE("the merge leaves the owner"),
        WAITING("the sources' waiting leaves the node"),
        STOPPED("the word of the end leaves the node"),
        WORKING("the word of the beginning leaves the node");

        final String text;

        Step(String text) {
            this.text = text;
        }
    }

    /** Who dies. */
    enum Victim {
        NOBODY,
        OWNER,
        ORIGIN,
        TARGET,
        COORDINATOR
    }

    private static final Reason SCRIPT = new Reason("SCRIPT", "as the test says");
    private static final SpanBound CUT = SpanBound.before("m");

    private final Kind kind;
    private final int lastStep;
    private final Victim victim;
    private final SimulatedCluster cluster;
    private final SimulatedChangefeed changefeed;
    private final Timeline timeline;
    private final CrashWorld world;
    private final Scheduler calm = new BasicSchedulerProvider().create(new TreeMap<>());

    private TableId table = new TableId(1);
    private @Nullable NodeId origin;
    private @Nullable NodeId target;
    private final Set<DispatcherId> subjects = new HashSet<>();
    private int step;
    private boolean dead;

    CrashedOperation(Kind kind, int lastStep, Victim victim, long seed) {
        this.kind = kind;
        this.lastStep = lastStep;
        this.victim = victim;
        this.world = new CrashWorld(seed, toString());
        this.timeline = world.timeline;
        this.cluster = world.cluster;
        this.changefeed = world.changefeed;
        cluster.planners().follow(calm);
    }

    /** Whether anybody plays this part in this operation. */
    static boolean exists(Kind kind, Victim victim) {
        return switch (victim) {
            case NOBODY, OWNER, COORDINATOR -> true;
            case ORIGIN -> kind != Kind.ADD;
            case TARGET -> kind != Kind.REMOVE && kind != Kind.MERGE;
        };
    }

    /** What has become of the table when all is at rest again. */
    String outcome() {
        world.settle("at the beginning");
        prepare();
        cluster.crashes().watch(this::leaves);
        begin();
        timeline.runUntil(timeline.now() + 3_000);
        world.settle("after the operation");
        if (!dead && victim != Victim.NOBODY) {
            throw new AssertionError(this + ": its moment never came");
        }
        return describe();
    }

    // ---- the operation ----------------------------------------------------------------------------------------------

    /** Table 1 runs away from the owner; to be merged, it is split first. */
    private void prepare() {
        NodeId owner = cluster.owner(changefeed).id();
        List<NodeId> others = cluster.members().stream()
                .map(SimulatedNode::id)
                .filter(node -> !node.equals(owner))
                .toList();
        origin = others.get(0);
        target = others.get(1);
        carryOut(span -> new Decision.Move(span.dispatcher(), nodeOf(span), others.get(0), SCRIPT));
        if (kind == Kind.MERGE) {
            List<NodeId> both = List.of(others.get(0), others.get(0));
            carryOut(span -> new Decision.Split(span.dispatcher(), nodeOf(span), List.of(CUT), both, SCRIPT));
        }
    }

    private static NodeId nodeOf(SpanView span) {
        NodeId node = span.node();
        if (node == null) {
            throw new AssertionError(span + " is absent");
        }
        return node;
    }

    private void carryOut(Choice decision) {
        script(spans -> decision.of(spans.get(0)));
        timeline.runUntil(timeline.now() + 3_000);
        world.settle("after preparing");
    }

    private interface Choice {
        Decision of(SpanView span);
    }

    private interface Script {
        Decision of(List<SpanView> spans);
    }

    /** The next plan is this decision about the table; all others are calm. */
    private void script(Script wanted) {
        boolean[] done = new boolean[1];
        cluster.planners().follow((snapshot, budget) -> {
            List<SpanView> spans = done[0] ? List.of() : spans(snapshot);
            Decision decision = spans.isEmpty() ? null : wanted.of(spans);
            if (decision == null || isVoid(decision)) {
                return calm(snapshot, budget);
            }
            done[0] = true;
            return Plan.of(List.of(decision), SCRIPT);
        });
    }

    private static boolean isVoid(Decision decision) {
        return decision instanceof Decision.Move move && move.origin().equals(move.target());
    }

    private Plan calm(SchedulingSnapshot snapshot, Budget budget) {
        return calm.plan(snapshot, budget);
    }

    private List<SpanView> spans(SchedulingSnapshot snapshot) {
        List<SpanView> found = new ArrayList<>();
        for (GroupId group : snapshot.groups()) {
            snapshot.nodes()
                    .forEach(node -> snapshot.replicating(group, node.id()).forEach(span -> {
                        if (span.span().table().equals(table)) {
                            found.add(span);
                        }
                    }));
        }
        found.sort(Comparator.comparing(SpanView::span));
        return found;
    }

    private void begin() {
        NodeId to = target;
        switch (kind) {
            case ADD -> {
                changefeed.upstream().createTables(1);
                table = changefeed
                        .upstream()
                        .liveTables()
                        .get(changefeed.upstream().liveTables().size() - 1);
            }
            case REMOVE -> changefeed.upstream().dropTable(table);
            case MOVE ->
                script(spans ->
                        new Decision.Move(spans.get(0).dispatcher(), nodeOf(spans.get(0)), notNull(to), SCRIPT));
            case SPLIT ->
                script(spans -> new Decision.Split(
                        spans.get(0).dispatcher(),
                        nodeOf(spans.get(0)),
                        List.of(CUT),
                        List.of(notNull(to), notNull(to)),
                        SCRIPT));
            case MERGE ->
                script(spans -> new Decision.Merge(
                        spans.stream().map(SpanView::dispatcher).toList(), nodeOf(spans.get(0)), SCRIPT));
        }
    }

    private static NodeId notNull(@Nullable NodeId node) {
        if (node == null) {
            throw new AssertionError("no node");
        }
        return node;
    }

    // ---- the moment -------------------------------------------------------------------------------------------------

    private boolean leaves(NodeId from, NodeId to, Message message) {
        if (dead || step >= kind.steps().size() || !is(kind.steps().get(step), from, to, message)) {
            return true;
        }
        if (step++ < lastStep || victim == Victim.NOBODY) {
            return true;
        }
        dead = true;
        NodeId dies = victim();
        timeline.in(0, () -> die(dies));
        return !from.equals(dies);
    }

    private boolean is(Step wanted, NodeId from, NodeId to, Message message) {
        return switch (wanted) {
            case CREATE -> message instanceof WorkerCommand.CreateDispatcher create && isCreate(create, to);
            case REMOVE -> message instanceof WorkerCommand.RemoveDispatcher remove && isRemove(remove, to);
            case MERGE -> message instanceof WorkerCommand.MergeDispatchers merge && isMerge(merge);
            case WAITING -> says(from, message, origin, ComponentState.WAITING_MERGE);
            case STOPPED -> says(from, message, origin, ComponentState.STOPPED);
            case WORKING -> says(from, message, kind == Kind.MERGE ? origin : target, ComponentState.WORKING);
        };
    }

    private boolean isCreate(WorkerCommand.CreateDispatcher create, NodeId to) {
        boolean ours = create.span().table().equals(table);
        if (ours) {
            subjects.add(create.dispatcher());
            target = kind == Kind.ADD ? to : target;
        }
        return ours;
    }

    private boolean isRemove(WorkerCommand.RemoveDispatcher remove, NodeId to) {
        OperatorType intent = switch (kind) {
            case MOVE -> OperatorType.MOVE;
            case SPLIT -> OperatorType.SPLIT;
            case ADD, REMOVE, MERGE -> OperatorType.REMOVE;
        };
        boolean ours = remove.intent() == intent && to.equals(origin);
        if (ours) {
            subjects.add(remove.dispatcher());
        }
        return ours;
    }

    private boolean isMerge(WorkerCommand.MergeDispatchers merge) {
        subjects.add(merge.target());
        subjects.addAll(merge.sources());
        return true;
    }

    private boolean says(NodeId from, Message message, @Nullable NodeId speaker, ComponentState state) {
        return from.equals(speaker)
                && message instanceof WorkerReport.Heartbeat heartbeat
                && heartbeat.statuses().stream()
                        .anyMatch(status -> status.state() == state && subjects.contains(status.dispatcher()));
    }

    private NodeId victim() {
        return switch (victim) {
            case OWNER -> cluster.owner(changefeed).id();
            case ORIGIN -> notNull(origin);
            case TARGET -> notNull(target);
            case COORDINATOR -> cluster.leader().id();
            case NOBODY -> throw new AssertionError("nobody dies");
        };
    }

    private void die(NodeId dies) {
        if (victim == Victim.COORDINATOR) {
            cluster.coordinatorDies(cluster.leader(), "at a step of an operation", 500);
            return;
        }
        cluster.all().stream().filter(node -> node.id().equals(dies)).forEach(cluster::kill);
    }

    // ---- the outcome ------------------------------------------------------------------------------------------------

    private String describe() {
        List<SimulatedDispatcher> dispatchers = changefeed.sink().of(table);
        return switch (kind) {
            case ADD -> dispatchers.isEmpty() ? "gone" : "runs";
            case REMOVE -> dispatchers.isEmpty() ? "gone" : "runs";
            case MOVE -> where(dispatchers.get(0).node().id());
            case SPLIT, MERGE -> dispatchers.size() == 1 ? "whole" : dispatchers.size() + " parts";
        };
    }

    private String where(NodeId node) {
        return node.equals(target) ? "at the target" : node.equals(origin) ? "at the origin" : "elsewhere";
    }

    @Override
    public String toString() {
        return kind + " at step " + lastStep + ", " + victim + " dies";
    }
}
