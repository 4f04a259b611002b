package dev.maintainer.core.scheduling.planner;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.message.WorkerReport.BootstrapSnapshot;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorCommand;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.port.Membership;
import dev.maintainer.core.membership.Drain;
import dev.maintainer.core.membership.Eligibility;
import dev.maintainer.core.membership.FailureDetector;
import dev.maintainer.core.membership.Members;
import dev.maintainer.core.membership.RebalanceCooldown;
import dev.maintainer.core.registry.PlacementRetries;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.scheduling.host.SnapshotFeed;
import dev.maintainer.operator.DrivenSpan;
import dev.maintainer.operator.OperatorController;
import dev.maintainer.operator.OperatorOutput;
import dev.maintainer.operator.OperatorTimings;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeObstacle;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanView;
import dev.maintainer.scheduler.spi.TableView;
import dev.maintainer.scheduler.testing.FakeCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Planners are tested against a fake cluster: what they see there must be what the maintainer shows them. */
class MirrorSnapshotTest {
    private static final NodeId N1 = new NodeId("n1");
    private static final NodeId N2 = new NodeId("n2");
    private static final Reason WHY = new Reason("TEST", "because");

    private final FakeCluster fake = new FakeCluster();
    private final SpanRegistry registry = new SpanRegistry();
    private final Members members = new Members();
    private final FailureDetector failureDetector = new FailureDetector(10_000);
    private final Drain drain = new Drain(new RebalanceCooldown(), 120_000);
    private final OperatorController operators =
            new OperatorController(registry, new Output(), members::isAlive, OperatorTimings.DEFAULTS);
    private final SnapshotFeed feed = new SnapshotFeed(
            registry,
            new PlacementRetries(),
            operators,
            members,
            new Eligibility(members, failureDetector, drain, new RebalanceCooldown(), Set.of(new NodeId("n5"))),
            PlanningConfig.DEFAULTS);
    private final SpanMirror mirror = new SpanMirror();
    private long spans;

    private final class Output implements OperatorOutput {
        @Override
        public void send(
                DispatcherId dispatcher,
                @Nullable DrivenSpan span,
                OperatorType intent,
                OperatorCommand command,
                long request) {
            if (span != null) {
                registry.touch(span);
            }
        }

        @Override
        public void finished(DispatcherId dispatcher, @Nullable DrivenSpan span, OperatorType type) {
            if (span != null) {
                registry.touch(span);
            }
        }
    }

    /** Builds the maintainer's side from what the fake shows; nodes that are not eligible have not answered yet. */
    private void copyFake() {
        SchedulingSnapshot shown = fake.snapshot();
        members.note(Membership.of(1, shown.nodes().stream().map(NodeView::id).toList()));
        members.adopt();
        for (NodeView node : shown.nodes()) {
            if (node.eligible()) {
                members.answered(
                        node.id(),
                        new BootstrapSnapshot(
                                new ChangefeedId("cf"), new MaintainerEpoch(1), 1, 0, List.of(), List.of()),
                        false);
            }
        }
        while (shown.span(FakeCluster.dispatcher(spans + 1)).isPresent()) {
            SpanView span = shown.span(FakeCluster.dispatcher(++spans)).orElseThrow();
            if (span.node() == null) {
                registry.addAbsent(span.dispatcher(), span.span(), span.schema(), 100);
            } else {
                registry.addReplicating(
                        span.dispatcher(), span.span(), span.schema(), 100, span.node(), ComponentState.WORKING);
            }
            registry.changeName(span.span().table(), span.name());
        }
    }

    private SchedulingSnapshot snapshot() {
        SchedulingSnapshot shown = fake.snapshot();
        SnapshotDelta delta = feed.next(shown.round(), shown.seed(), false, shown.refused());
        assertThat(mirror.apply(delta)).isTrue();
        return new MirrorSnapshot(mirror, new ChangefeedId("cf"), delta, SpanStatistics.NONE);
    }

    private static List<Object> everythingIn(SchedulingSnapshot snapshot, long spans) {
        List<Object> all = new ArrayList<>(List.of(snapshot.round(), snapshot.seed(), snapshot.nodes()));
        all.add(snapshot.groups());
        for (GroupId group : snapshot.groups()) {
            all.add(snapshot.size(group));
            all.add(snapshot.absentCount(group));
            List<SpanView> absent = new ArrayList<>();
            snapshot.absent(group).forEach(absent::add);
            all.add(absent);
            for (NodeView node : snapshot.nodes()) {
                all.add(List.of(group, node.id(), snapshot.schedulingCount(group, node.id())));
                all.add(snapshot.replicatingCount(group, node.id()));
                List<SpanView> replicating = new ArrayList<>();
                snapshot.replicating(group, node.id()).forEach(replicating::add);
                all.add(replicating);
            }
        }
        for (String schema : snapshot.schemaNames()) {
            all.add(schema);
            for (String prefix : List.of("", "t", "t1", "t2", "x", "sales")) {
                for (TableView table : snapshot.tables(schema, prefix)) {
                    all.add(table);
                    snapshot.spans(table.table()).forEach(all::add);
                    all.add(snapshot.tables(table.name()));
                }
            }
        }
        for (long n = 1; n <= spans + 1; n++) {
            all.add(snapshot.span(FakeCluster.dispatcher(n)));
            all.add(snapshot.isInFlight(FakeCluster.dispatcher(n)));
        }
        all.add(snapshot.inFlightCount());
        all.add(snapshot.refused());
        return all;
    }

    private void agree(String when) {
        assertThat(everythingIn(snapshot(), spans)).as(when).isEqualTo(everythingIn(fake.snapshot(), spans));
    }

    private void admit(Decision decision) {
        fake.admit(Plan.of(List.of(decision), WHY));
        boolean admitted = decision instanceof Decision.Move move
                ? operators
                        .move(move.dispatcher(), move.origin(), move.target(), 0)
                        .isAdmitted()
                : operators.add(decision.dispatcher(), decision.target(), 0).isAdmitted();
        assertThat(admitted).isTrue();
    }

    private void finish(Decision decision) {
        fake.finish(decision.dispatcher());
        if (decision instanceof Decision.Move move) {
            operators.reported(move.origin(), move.dispatcher(), ComponentState.STOPPED, 0);
        }
        operators.reported(decision.target(), decision.dispatcher(), ComponentState.WORKING, 0);
    }

    @Test
    void agreesWithTheFakeClusterBeforeDuringAndAfterAMove() {
        fake.nodes("n1", "n2", "n3")
                .obstacle("n3", NodeObstacle.NOT_READY)
                .running("n1", 3)
                .running("n2", 1)
                .seed(42);
        copyFake();
        agree("before");

        Decision move = new Decision.Move(FakeCluster.dispatcher(2), N1, N2, WHY);
        admit(move);
        agree("during");

        finish(move);
        agree("after");
    }

    @Test
    void agreesWithTheFakeClusterBeforeDuringAndAfterAnAdd() {
        fake.nodes("n1", "n2").absent(3).split(100, 2, "n1").split(100, 2, null);
        copyFake();
        agree("before");

        Decision place = new Decision.Place(FakeCluster.dispatcher(6), N2, WHY);
        admit(place);
        agree("during");

        finish(place);
        agree("after");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6})
    void agreesWithTheFakeClusterUnderRandomDecisions(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        fake.nodes("n1", "n2", "n3", "n4")
                .obstacle("n4", NodeObstacle.NOT_READY)
                .absent(10)
                .running("n1", 6)
                .running("n4", 2);
        fake.split(200, 3, "n2").split(200, 3, null).split(300, 2, "n3");
        copyFake();
        List<NodeId> targets = List.of(N1, N2, new NodeId("n3"));
        Map<DispatcherId, Decision> underWay = new TreeMap<>();
        for (int i = 0; i < 200; i++) {
            DispatcherId id = FakeCluster.dispatcher(1 + random.nextLong(spans));
            NodeId target = targets.get(random.nextInt(targets.size()));
            Decision driven = underWay.remove(id);
            if (driven != null) {
                finish(driven);
            } else {
                NodeId node = fake.snapshot().span(id).orElseThrow().node();
                if (!target.equals(node)) {
                    Decision decision = node == null
                            ? new Decision.Place(id, target, WHY)
                            : new Decision.Move(id, node, target, WHY);
                    admit(decision);
                    underWay.put(id, decision);
                }
            }
            agree("step " + i);
        }
    }

    @Test
    @DisplayName("A move under way is load of its target, once, in each of its phases, and counts apart from an add")
    void aMoveCountsOnce() {
        fake.nodes("n1", "n2").running("n1", 3);
        copyFake();
        DispatcherId moving = FakeCluster.dispatcher(1);

        operators.move(moving, N1, N2, 0);
        assertThat(snapshot().nodes()).containsExactly(new NodeView(N1, true, 2, 0), moving(N2, 1));

        operators.reported(N1, moving, ComponentState.STOPPED, 0);
        assertThat(snapshot().nodes()).containsExactly(new NodeView(N1, true, 2, 0), moving(N2, 1));

        operators.reported(N2, moving, ComponentState.WORKING, 0);
        assertThat(snapshot().nodes()).containsExactly(new NodeView(N1, true, 2, 0), new NodeView(N2, true, 1, 0));
    }

    private static NodeView moving(NodeId node, int moves) {
        return new NodeView(node, Set.of(), moves, 0, moves, new TreeMap<>());
    }

    @Test
    @DisplayName("A node that may not get spans says why")
    void obstacles() {
        fake.nodes("n1", "n2", "n3", "n4", "n5").obstacle("n2", NodeObstacle.NOT_READY);
        copyFake();
        drain.note(new DrainTarget(new NodeId("n3"), 1), 0);
        failureDetector.check(members.alive(), members.alive(), 0);
        failureDetector.heard(new NodeId("n1"), 10_001);
        for (long now = 4_000; now <= 12_000; now += 4_000) {
            failureDetector.check(members.alive(), members.alive(), now);
        }

        assertThat(snapshot().nodes())
                .extracting(NodeView::obstacles)
                .containsExactly(
                        Set.of(),
                        Set.of(NodeObstacle.NOT_READY, NodeObstacle.SUSPECT),
                        Set.of(NodeObstacle.DRAINING, NodeObstacle.SUSPECT),
                        Set.of(NodeObstacle.SUSPECT),
                        Set.of(NodeObstacle.SUSPECT, NodeObstacle.EXCLUDED));
    }

    @Test
    void aNodeThatHasLeftIsShownWhileItHasSpansAndMayNotGetMore() {
        fake.nodes("n1", "n2").running("n1", 1);
        copyFake();

        members.note(Membership.of(2, List.of(N2)));
        members.adopt();

        assertThat(snapshot().nodes())
                .containsExactly(
                        new NodeView(N1, Set.of(NodeObstacle.GONE), 1, 0, 0, new TreeMap<>()),
                        new NodeView(N2, true, 0, 0));
    }

    @Test
    @DisplayName("What changes costs what changes: nothing else is in the delta")
    void aDeltaHasWhatHasChanged() {
        fake.nodes("n1", "n2").running("n1", 1_000);
        copyFake();
        snapshot();

        admit(new Decision.Move(FakeCluster.dispatcher(7), N1, N2, WHY));
        SnapshotDelta delta = feed.next(2, 2, false, List.of());

        assertThat(delta.changed())
                .extracting(change -> change.span().dispatcher())
                .containsExactly(FakeCluster.dispatcher(7));
        assertThat(delta.changed().get(0).inFlight()).isTrue();
        assertThat(feed.next(3, 3, false, List.of()).changed()).isEmpty();
    }

    @Test
    @DisplayName("A delta that does not follow what is known changes nothing, and the whole state is always welcome")
    void aGapIsNoticed() {
        fake.nodes("n1").absent(3);
        copyFake();
        feed.next(1, 1, false, List.of());
        registry.remove(FakeCluster.dispatcher(1));

        assertThat(mirror.apply(feed.next(2, 2, false, List.of()))).isFalse();
        assertThat(mirror.size()).isZero();

        feed.restart();
        assertThat(mirror.apply(feed.next(3, 3, false, List.of()))).isTrue();
        assertThat(mirror.size()).isEqualTo(2);
    }

    @Test
    @DisplayName("A span that was removed and registered again between two requests is the new one")
    void removedAndRegisteredAgain() {
        fake.nodes("n1").absent(1);
        copyFake();
        snapshot();
        registry.remove(FakeCluster.dispatcher(1));
        registry.addReplicating(
                FakeCluster.dispatcher(1),
                TableSpan.whole(new TableId(77)),
                new SchemaId(1),
                100,
                N1,
                ComponentState.WORKING);

        SchedulingSnapshot shown = snapshot();

        assertThat(shown.span(FakeCluster.dispatcher(1)).orElseThrow().node()).isEqualTo(N1);
        assertThat(shown.absentCount(GroupId.DEFAULT)).isZero();
        assertThat(shown.size(GroupId.DEFAULT)).isEqualTo(1);
    }

    @Test
    @DisplayName("A planner that keeps its snapshot finds nothing in it later")
    void aSnapshotExpires() {
        fake.nodes("n1").absent(1);
        copyFake();
        MirrorSnapshot shown = (MirrorSnapshot) snapshot();

        shown.expire();

        assertThatThrownBy(shown::groups)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("was kept");
    }
}
