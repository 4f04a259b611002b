package dev.maintainer.it.scenario;

import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.N2;
import static dev.maintainer.it.support.MaintainerBench.N3;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.DrainProgress;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.inspect.PlacementObstacles;
import dev.maintainer.it.support.MaintainerBench;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a maintainer does while a node of its cluster is being emptied. */
class DrainScenarioTest {
    private static final List<NodeId> NODES = List.of(N1, N2, N3);

    private final Map<NodeId, Long> seqs = new HashMap<>();

    private static long[] tables(int count) {
        return LongStream.rangeClosed(1, count).toArray();
    }

    private static MaintainerBench settled(String scheduler, int tables) {
        MaintainerBench bench = new MaintainerBench(5, 100, HandoffManifest.EMPTY, scheduler);
        return begin(bench, tables);
    }

    private static MaintainerBench begin(MaintainerBench bench, int tables) {
        bench.members(N1, N2, N3);
        NODES.forEach(bench::answer);
        bench.begins(tables(tables));
        bench.completeCreates(100);
        bench.takeSent();
        return bench;
    }

    private static Disposition drain(MaintainerBench bench, NodeId node, long epoch) {
        return bench.drain(new DrainTarget(node, epoch), 1_000);
    }

    private static void cancel(MaintainerBench bench, long epoch, long at) {
        bench.drain(new DrainTarget(null, epoch), at);
    }

    private static DrainProgress progress(MaintainerBench bench) {
        return bench.maintainer().status().drain();
    }

    private static int on(MaintainerBench bench, NodeId node) {
        return bench.inspector().view().dispatchersByNode().getOrDefault(node, 0);
    }

    /** Workers do at once what they are told. Returns the nodes from which dispatchers were removed. */
    private List<NodeId> obey(MaintainerBench bench) {
        List<NodeId> left = new ArrayList<>();
        for (List<MaintainerBench.Sent> sent = bench.takeSent(); !sent.isEmpty(); sent = bench.takeSent()) {
            for (MaintainerBench.Sent each : sent) {
                if (each.command() instanceof WorkerCommand.RemoveDispatcher remove) {
                    left.add(each.to());
                    heartbeat(bench, each.to(), MaintainerBench.stopped(remove.dispatcher(), 100));
                } else if (each.command() instanceof WorkerCommand.CreateDispatcher create) {
                    heartbeat(bench, each.to(), MaintainerBench.working(create.dispatcher(), 100));
                }
            }
        }
        return left;
    }

    /** Time passes, and all nodes are heard. */
    private void beat(MaintainerBench bench, long millis) {
        for (long passed = 0; passed < millis; passed += 1_000) {
            bench.pass(1_000);
            NODES.forEach(node -> bench.heartbeat(node, 100, seqs.merge(node, 100L, Long::sum)));
        }
    }

    private void heartbeat(MaintainerBench bench, NodeId from, DispatcherStatus status) {
        bench.heartbeat(from, 100, seqs.merge(from, 100L, Long::sum), status);
    }

    @Test
    @DisplayName("I-106: the spans of the target move, ten at a time, a freed slot is used again, nothing else moves")
    void emptiesTheTarget() {
        MaintainerBench bench = settled("balance", 60);
        assertThat(on(bench, N2)).isEqualTo(20);

        drain(bench, N2, 1);
        assertThat(bench.take(WorkerCommand.RemoveDispatcher.class)).hasSize(10);
        assertThat(progress(bench)).isEqualTo(new DrainProgress(1, 20, 10));

        bench.pass(10_000);
        List<NodeId> left = obey(bench);
        for (int i = 0; i < 10; i++) {
            bench.pass(100);
            assertThat(progress(bench).operators()).isLessThanOrEqualTo(10);
            left.addAll(obey(bench));
        }

        assertThat(progress(bench)).isEqualTo(new DrainProgress(1, 0, 0));
        assertThat(left).containsOnly(N2);
        assertThat(List.of(on(bench, N1), on(bench, N3))).containsExactly(30, 30);
    }

    @Test
    @DisplayName("L-154: a maintainer on the target moves nothing, as it leaves first")
    void maintainersLeaveFirst() {
        MaintainerBench bench = settled("balance", 30);

        drain(bench, N1, 1);
        bench.pass(30_000);

        assertThat(bench.take(WorkerCommand.RemoveDispatcher.class)).isEmpty();
        assertThat(progress(bench)).isEqualTo(new DrainProgress(1, 10, 0));
    }

    @Test
    @DisplayName("A scheduler that empties nothing: after its patience the core does it")
    void coreStandsIn() {
        for (String scheduler : List.of("basic", "nothing")) {
            MaintainerBench bench = scheduler.equals("basic")
                    ? settled("basic", 60)
                    : begin(new MaintainerBench(5, 100, HandoffManifest.EMPTY, new LazyAfter(60)), 60);
            seqs.clear();
            drain(bench, N2, 1);
            bench.pass(4_000);
            assertThat(bench.take(WorkerCommand.RemoveDispatcher.class)).isEmpty();

            List<NodeId> left = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                bench.tick();
                left.addAll(obey(bench));
            }

            assertThat(progress(bench)).as(scheduler).isEqualTo(new DrainProgress(1, 0, 0));
            assertThat(left).containsOnly(N2);
            assertThat(List.of(on(bench, N1), on(bench, N3))).containsExactly(30, 30);
            assertThat(bench.plansTold())
                    .as("one line, however many ticks it takes")
                    .filteredOn(reason -> reason.startsWith("DRAIN_STAND_IN"))
                    .hasSize(1);
        }
    }

    /** Places the first spans on all nodes in turn, and then does nothing any more. */
    private static final class LazyAfter implements Scheduler {
        private final int count;

        LazyAfter(int count) {
            this.count = count;
        }

        @Override
        public Plan plan(SchedulingSnapshot snapshot, Budget budget) {
            Reason reason = new Reason("LAZY", "it is enough");
            List<Decision> decisions = new ArrayList<>();
            for (var span : snapshot.absent(GroupId.DEFAULT)) {
                NodeId node = NODES.get(decisions.size() % NODES.size());
                decisions.add(new Decision.Place(span.dispatcher(), node, reason));
            }
            return decisions.size() == count ? Plan.of(decisions, reason) : Plan.keep(reason);
        }
    }

    @Test
    @DisplayName("S56, I-55: what is new is not placed on the target")
    void nothingNewOnTheTarget() {
        MaintainerBench bench = settled("basic", 3);
        drain(bench, N2, 1);

        for (long table = 10; table < 20; table++) {
            bench.ddl(110 + table, MaintainerBench.createTable(table));
        }
        bench.heartbeat(N1, 200, 1_000);
        bench.heartbeat(N2, 200, 1_000);
        bench.heartbeat(N3, 200, 1_000);
        bench.pass(2_000);

        assertThat(bench.takeSent())
                .filteredOn(each -> each.command() instanceof WorkerCommand.CreateDispatcher create
                        && create.span().table().value() >= 10)
                .isNotEmpty()
                .allMatch(each -> !each.to().equals(N2));
    }

    @Test
    @DisplayName("I-109, S57: an older epoch changes nothing, and the same one neither")
    void olderEpochs() {
        MaintainerBench bench = settled("balance", 30);
        assertThat(drain(bench, N2, 2)).isEqualTo(Disposition.APPLIED);

        assertThat(drain(bench, N3, 1)).isEqualTo(Disposition.STALE);
        assertThat(drain(bench, N3, 2)).isEqualTo(Disposition.DUPLICATE);

        assertThat(progress(bench).epoch()).isEqualTo(2);
        assertThat(progress(bench).spans()).isEqualTo(10);
    }

    @Test
    @DisplayName("I-99, HAZARD 5.4: a drain that ends at once is followed by calm too; then nodes are evened out")
    void calmCannotBeMissed() {
        MaintainerBench bench = settled("balance", 30);
        drain(bench, N2, 1);
        cancel(bench, 2, 1_200);
        obey(bench);
        int before = on(bench, N2);
        assertThat(before).isLessThan(10);

        beat(bench, 117_000);
        assertThat(obey(bench)).isEmpty();

        beat(bench, 20_000);
        assertThat(obey(bench)).isNotEmpty();
    }

    @Test
    @DisplayName("While it is removed, a maintainer hears of a drain and does nothing about it")
    void quietWhileRemoved() {
        MaintainerBench bench = settled("balance", 30);
        bench.remove(RemovalMode.HANDOFF);
        bench.takeSent();

        assertThat(drain(bench, N2, 1)).isEqualTo(Disposition.APPLIED);
        bench.pass(10_000);

        assertThat(bench.takeAllButTriggerClose()).isEmpty();
    }

    @Test
    @DisplayName("Who asks why a span is not on the target is told of the drain")
    void explained() {
        MaintainerBench bench = settled("balance", 3);
        drain(bench, N2, 1);
        DispatcherId elsewhere = LongStream.rangeClosed(1, 3)
                .mapToObj(bench::dispatcher)
                .filter(id -> !N2.equals(
                        bench.inspector().explain(id, 0).orElseThrow().node()))
                .findFirst()
                .orElseThrow();

        assertThat(bench.inspector().whyNot(elsewhere, N2, 2_000).orElseThrow().obstacles())
                .extracting(PlacementObstacles.Obstacle::code)
                .contains(PlacementObstacles.Code.DRAINING);
    }
}
