package dev.maintainer.admin.testing;

import dev.maintainer.admin.BarrierRequest;
import dev.maintainer.admin.BarrierRow;
import dev.maintainer.admin.ChangefeedRow;
import dev.maintainer.admin.ClusterAdmin;
import dev.maintainer.admin.NodeRow;
import dev.maintainer.admin.PlacementRow;
import dev.maintainer.admin.SchedulerRow;
import dev.maintainer.admin.SpanPage;
import dev.maintainer.admin.SpanQuery;
import dev.maintainer.admin.SpanRow;
import dev.maintainer.admin.SpanState;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockScope;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.Admission;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.coordinator.DrainView;
import dev.maintainer.coordinator.PlacementPhase;
import dev.maintainer.core.BarrierPhase;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.RefusalDecision;
import dev.maintainer.core.ReportedError;
import dev.maintainer.core.inspect.CheckpointConstraint;
import dev.maintainer.core.inspect.CheckpointDiagnosis;
import dev.maintainer.core.inspect.OpenBarrier;
import dev.maintainer.core.inspect.PlacementObstacles;
import dev.maintainer.core.inspect.SpanExplanation;
import dev.maintainer.core.scheduling.catalog.CatalogEntry;
import dev.maintainer.core.scheduling.planner.DecisionRecord;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import dev.maintainer.core.scheduling.planner.ShadowAnswer;
import dev.maintainer.operator.OperatorView;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Rejection;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SnapshotFeature;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.scheduler.spi.SpiLevel;
import dev.maintainer.scheduler.spi.Trait;
import dev.maintainer.whatif.ClusterSnapshot;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** A cluster that is always in the same, rich state: one span is moved, one is absent, a planner has failed. */
public final class FakeClusterAdmin implements ClusterAdmin {
    public static final ChangefeedId FEED = new ChangefeedId("orders");
    private static final NodeId N1 = new NodeId("n1");
    private static final NodeId N2 = new NodeId("n2");
    private static final DispatcherId MOVED = new DispatcherId(0xaL, 1);
    private static final DispatcherId ABSENT = new DispatcherId(0xaL, 2);

    /** What was asked for, in order. */
    public final List<String> asked = new CopyOnWriteArrayList<>();

    /** Thrown by every verb that changes something, if not null. */
    public volatile @Nullable RuntimeException failure;

    /** What holds the checkpoint, if not null; otherwise a span that is moved. */
    public volatile @Nullable CheckpointDiagnosis diagnosis;

    /** Completed when a change has begun. */
    public final CompletableFuture<String> begun = new CompletableFuture<>();

    /** What a change waits for. */
    public volatile CompletableFuture<String> gate = CompletableFuture.completedFuture("");

    /** All is well with it. */
    public FakeClusterAdmin() {}

    private static SortedMap<String, String> labels(String key, String value) {
        SortedMap<String, String> labels = new TreeMap<>();
        labels.put(key, value);
        return labels;
    }

    @Override
    public List<ChangefeedRow> changefeeds() {
        asked.add("changefeeds");
        SortedMap<NodeId, Integer> byNode = new TreeMap<>();
        byNode.put(N1, 1);
        return List.of(new ChangefeedRow(
                N1,
                new MaintainerView(
                        FEED,
                        new MaintainerEpoch(7),
                        LifecyclePhase.RUNNING,
                        450,
                        460,
                        2,
                        1,
                        1,
                        byNode,
                        Map.of("Heartbeat/APPLIED", 5L),
                        "a span that is not placed",
                        scheduling(FEED),
                        "block event ddl@400 (DROP TABLE shop.orders) is refused: other objects depend on it",
                        1,
                        List.of(new ReportedError(N1, ErrorCode.SINK_UNAVAILABLE, "the disk is full", 4_000)),
                        Collections.emptySortedMap())));
    }

    @Override
    public List<NodeRow> nodes() {
        return List.of(
                new NodeRow(N1, true, true, 1, 1, 0, DrainView.State.NONE, labels("zone", "a")),
                new NodeRow(N2, true, false, 0, 0, 2, DrainView.State.DRAINING, Collections.emptySortedMap()));
    }

    @Override
    public SpanPage spans(ChangefeedId changefeed, SpanQuery query) {
        asked.add("spans " + query);
        return new SpanPage(
                12,
                3,
                List.of(
                        new SpanRow(span(MOVED, 1, N1), "shop.orders", SpanState.SCHEDULING, "MOVE"),
                        new SpanRow(span(ABSENT, 2, null), "", SpanState.ABSENT, null)),
                "2:" + ABSENT);
    }

    private static SpanView span(DispatcherId dispatcher, long table, @Nullable NodeId node) {
        return new SpanView(dispatcher, TableSpan.whole(new TableId(table)), new SchemaId(1), GroupId.DEFAULT, node);
    }

    private static OperatorView operator() {
        return new OperatorView(MOVED, OperatorType.MOVE, "REMOVING", N1, N2, 1_500, false);
    }

    @Override
    public List<OperatorView> operators(ChangefeedId changefeed) {
        return List.of(operator());
    }

    @Override
    public List<SchedulerRow> schedulers(ChangefeedId changefeed) {
        SchedulerDescriptor descriptor = SchedulerDescriptor.named("spread")
                .builtFor(SpiLevel.of(2))
                .describedAs("spreads the spans of a table over zones, and never moves one that has been moved within"
                        + " the last hour")
                .with(Trait.BALANCES)
                .needs(SnapshotFeature.NODE_LABELS)
                .accepts("max-skew", "how far loads may be apart");
        return List.of(new SchedulerRow(
                new CatalogEntry(descriptor, SpiLevel.of(2), "com.example.Spread in spread.jar"), "plans, FAILING"));
    }

    @Override
    public SchedulingView scheduling(ChangefeedId changefeed) {
        return new SchedulingView(
                "spread",
                null,
                "basic",
                SchedulerCondition.FAILING,
                1,
                new SchedulingView.Failure("spread", ErrorCode.SCHEDULER_FAILED, "spread threw Oops", 99),
                null,
                12,
                new SchedulingView.Figures(3, 1, 0, 0, 1, 0, 0),
                new SchedulingView.ShadowFigures(2, 0, 3, 3, 0, 3, 1, 20, 30),
                List.of(new SchedulingView.Round(
                        12, 99, "spread", 0, 0, 0, 0, 5, "spread threw Oops", ErrorCode.SCHEDULER_FAILED)),
                List.of(new ShadowAnswer(
                        11,
                        "spread",
                        "basic",
                        null,
                        new ShadowAnswer.PlanFigures(3, 1, 0, 9),
                        new ShadowAnswer.PlanFigures(3, 0, 1, 8),
                        2,
                        3,
                        List.of("only spread: move a"))),
                List.of(new SchedulingView.Request(
                        1,
                        new SchedulerCommand.Shadow("basic"),
                        SchedulingView.Request.State.DONE,
                        "'basic' is compared from now on",
                        null)),
                List.of(proposal("spread")));
    }

    private static SchedulingView.Proposal proposal(String scheduler) {
        return new SchedulingView.Proposal(
                4,
                12,
                100,
                scheduler,
                Plan.of(
                                List.of(
                                        new Decision.Place(
                                                ABSENT, N2, new Reason("PLACE_ABSENT", "absent; n2 is least loaded")),
                                        new Decision.Move(MOVED, N1, N2, new Reason("EVEN_OUT", "n1 has more"))),
                                new Reason("PLACING", "1 of 1 absent spans placed"))
                        .rejecting(List.of(new Rejection(MOVED, new Reason("BUSY", "it moves already")))));
    }

    @Override
    public List<SpanExplanation> explain(ChangefeedId changefeed, String span) {
        return List.of(new SpanExplanation(
                MOVED,
                TableSpan.whole(new TableId(1)),
                new SchemaId(1),
                GroupId.DEFAULT,
                "SCHEDULING",
                N1,
                ComponentState.WORKING,
                450,
                operator(),
                new DecisionRecord(
                        11,
                        90,
                        "spread",
                        new Decision.Move(MOVED, N1, N2, new Reason("EVEN_OUT", "n1 has more")),
                        Admission.admitted()),
                "it runs on n1; a MOVE to n2 is under way for 1500 ms, which is so long that this sentence needs more"
                        + " than one line of a hundred columns"));
    }

    @Override
    public List<PlacementObstacles> whyNot(ChangefeedId changefeed, String span, NodeId node) {
        if (node.equals(N1)) {
            return List.of(new PlacementObstacles(
                    MOVED,
                    node,
                    List.of(new PlacementObstacles.Obstacle(
                            PlacementObstacles.Code.ALREADY_THERE, "it runs on " + node))));
        }
        return List.of(new PlacementObstacles(
                MOVED,
                node,
                List.of(
                        new PlacementObstacles.Obstacle(
                                PlacementObstacles.Code.NOT_A_MEMBER, node + " is no member; members are [n1, n2]"),
                        new PlacementObstacles.Obstacle(
                                PlacementObstacles.Code.IN_FLIGHT, "a MOVE drives it for 1500 ms"))));
    }

    @Override
    public CheckpointDiagnosis blame(ChangefeedId changefeed) {
        CheckpointDiagnosis known = diagnosis;
        if (known != null) {
            return known;
        }
        return new CheckpointDiagnosis(
                FEED,
                450,
                CheckpointConstraint.Kind.SPAN,
                null,
                explain(changefeed, "1").get(0),
                1_500,
                "table 1 is being moved; wait, or look at n1");
    }

    @Override
    public List<BarrierRow> barriers(ChangefeedId changefeed) {
        asked.add("barriers of " + changefeed);
        BlockEvent ddl = new BlockEvent(
                new BlockKey(500, BlockKind.DDL),
                new BlockScope.Tables(List.of(new TableId(1))),
                List.of(),
                "ALTER TABLE shop.orders\n\u001b[31mADD COLUMN note_" + "x".repeat(500));
        BlockEvent refused = new BlockEvent(
                new BlockKey(400, BlockKind.DDL),
                new BlockScope.Tables(List.of(new TableId(1))),
                List.of(),
                "DROP TABLE shop.orders");
        List<OpenBarrier> open = List.of(
                new OpenBarrier(
                        refused,
                        BarrierPhase.REFUSED,
                        60_000,
                        59_000,
                        N1,
                        true,
                        2,
                        List.of(),
                        3,
                        "ERROR: cannot drop table orders\nbecause \u001b[31mother objects depend on it",
                        false),
                new OpenBarrier(ddl, BarrierPhase.WRITING, 2_500, 1_500, N1, true, 3, List.of(), 1, null, false),
                new OpenBarrier(
                        BlockEvent.syncPoint(700),
                        BarrierPhase.COLLECTING,
                        900,
                        800,
                        N1,
                        false,
                        1,
                        List.of(
                                new OpenBarrier.Missing(MOVED, TableSpan.whole(new TableId(1)), N1, 450),
                                new OpenBarrier.Missing(ABSENT, TableSpan.whole(new TableId(2)), null, 460)),
                        0,
                        null,
                        false));
        return open.stream()
                .map(each -> BarrierRow.of(each, table -> table.value() == 1 ? "shop.orders" : ""))
                .toList();
    }

    @Override
    public ClusterSnapshot snapshot(ChangefeedId changefeed) {
        return new ClusterSnapshot(
                FEED.name(),
                12,
                5,
                new Budget(10, 5, 3),
                List.of(new NodeView(N1, true, 1, 0)),
                List.of(span(MOVED, 1, N1), span(ABSENT, 2, null)));
    }

    @Override
    public ChangefeedId changefeed(@Nullable String name) {
        if (name != null && !name.equals(FEED.name())) {
            throw new MaintainerException(
                    ErrorCode.UNKNOWN_NAME, "no changefeed is called '" + name + "'; there are [orders]");
        }
        return FEED;
    }

    @Override
    public SchedulingView.Request selectScheduler(ChangefeedId changefeed, String scheduler) {
        return change("set " + scheduler, new SchedulerCommand.Select(scheduler), null);
    }

    @Override
    public SchedulingView.Request shadow(ChangefeedId changefeed, @Nullable String scheduler) {
        return change("shadow " + scheduler, new SchedulerCommand.Shadow(scheduler), null);
    }

    @Override
    public SchedulingView.Proposal plan(ChangefeedId changefeed, @Nullable String scheduler) {
        change("plan " + scheduler, new SchedulerCommand.Propose(scheduler), 4L);
        return proposal(scheduler == null ? "spread" : scheduler);
    }

    @Override
    public SchedulingView.Request apply(ChangefeedId changefeed, long plan) {
        return change("apply " + plan, new SchedulerCommand.Apply(plan), null);
    }

    @Override
    public SchedulingView.Request move(ChangefeedId changefeed, String span, NodeId target, boolean dryRun) {
        return decide("move " + span + " to " + target, dryRun);
    }

    @Override
    public SchedulingView.Request split(
            ChangefeedId changefeed, String span, int parts, List<String> keys, boolean dryRun) {
        return decide("split " + span + " into " + parts + " at " + keys, dryRun);
    }

    @Override
    public SchedulingView.Request merge(ChangefeedId changefeed, String table, boolean dryRun) {
        return decide("merge " + table, dryRun);
    }

    @Override
    public BarrierRequest decide(ChangefeedId changefeed, String event, RefusalDecision decision, boolean dryRun) {
        String what = decision + " " + event + (dryRun ? ", dry" : "");
        change(what, new SchedulerCommand.Apply(0), null);
        return new BarrierRequest(event, decision, dryRun, what + " is done");
    }

    private SchedulingView.Request decide(String what, boolean dryRun) {
        Reason why = new Reason("BY_HAND", "a person asked for it");
        List<Decision> decisions = List.of(
                new Decision.Split(MOVED, N1, List.of(SpanBound.before("k")), List.of(), why),
                new Decision.Merge(List.of(MOVED, ABSENT), N1, why));
        return change(what + (dryRun ? ", dry" : ""), new SchedulerCommand.Decide(decisions, dryRun), null);
    }

    private SchedulingView.Request change(String what, SchedulerCommand command, @Nullable Long plan) {
        asked.add(what);
        begun.complete(what);
        gate.join();
        RuntimeException toThrow = failure;
        if (toThrow != null) {
            throw toThrow;
        }
        return new SchedulingView.Request(2, command, SchedulingView.Request.State.DONE, what + " is done", plan);
    }

    @Override
    public DrainView draining() {
        asked.add("draining");
        return new DrainView(
                new DrainTarget(N2, 7),
                DrainView.State.DRAINING,
                1,
                0,
                12,
                3,
                new TreeSet<>(List.of(N1)),
                Map.of(9L, new DrainView.Answer(true, "node n2 is being drained, epoch 7")));
    }

    @Override
    public DrainView drain(NodeId node) {
        asked.add("drain " + node);
        return draining();
    }

    @Override
    public DrainView cancelDrain() {
        asked.add("cancel drain");
        return DrainView.NONE;
    }

    @Override
    public SchedulingView.Request intervene(
            ChangefeedId changefeed, String span, SchedulerCommand.Intervention intervention, boolean dryRun) {
        asked.add(intervention + " " + span + " " + dryRun);
        return new SchedulingView.Request(
                9,
                new SchedulerCommand.Intervene(MOVED, intervention, dryRun),
                SchedulingView.Request.State.DONE,
                "MOVE of dispatcher " + MOVED + " in REMOVE_ORIGIN is cancelled; it is in ABORT_REMOVE_ORIGIN now",
                null);
    }

    @Override
    public List<PlacementRow> placements() {
        return List.of(
                new PlacementRow(FEED, DesiredState.RUN, PlacementPhase.RUNNING, N1, 7, 450),
                new PlacementRow(new ChangefeedId("archive"), DesiredState.PAUSE, PlacementPhase.PAUSED, null, 3, 99));
    }

    @Override
    public PlacementRow pause(@Nullable String changefeed, boolean paused) {
        asked.add((paused ? "pause " : "resume ") + changefeed);
        return placements().get(paused ? 1 : 0);
    }
}
