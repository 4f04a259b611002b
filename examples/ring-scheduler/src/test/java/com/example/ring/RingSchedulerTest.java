package com.example.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.testing.FakeCluster;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class RingSchedulerTest {
    private static final Budget AMPLE = new Budget(1_000_000, 1_000_000, 1_000_000);

    RingSchedulerTest() {}

    private static Scheduler scheduler(String name, String... configuration) {
        TreeMap<String, String> keys = new TreeMap<>();
        for (int i = 0; i < configuration.length; i += 2) {
            keys.put(configuration[i], configuration[i + 1]);
        }
        return ServiceLoader.load(SchedulerProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.descriptor().name().equals(name))
                .findFirst()
                .orElseThrow()
                .create(keys);
    }

    private static FakeCluster node(FakeCluster cluster, String id, String zone, int weight) {
        return cluster.nodes(id).label(id, "zone", zone).label(id, "weight", String.valueOf(weight));
    }

    /** Twenty nodes, n0 to n19, with nothing on them. */
    private static FakeCluster twenty() {
        return new FakeCluster()
                .nodes(IntStream.range(0, 20).mapToObj(i -> "n" + i).toArray(String[]::new));
    }

    private static TreeMap<DispatcherId, NodeId> placed(Scheduler scheduler, FakeCluster cluster) {
        TreeMap<DispatcherId, NodeId> placed = new TreeMap<>();
        cluster.settle(scheduler, AMPLE).forEach(decision -> placed.put(decision.dispatcher(), decision.target()));
        return placed;
    }

    @Test
    @DisplayName("A node of twice the weight gets twice as much, within the tolerance")
    void weightsAreHonoured() {
        FakeCluster cluster = new FakeCluster();
        node(cluster, "a", "x", 1);
        node(cluster, "b", "x", 2);
        node(cluster, "c", "x", 1);

        cluster.absent(4_000).settle(scheduler("ring", "node-tolerance-percent", "5"), AMPLE);

        assertThat(cluster.load("a")).isBetween(950, 1_050);
        assertThat(cluster.load("b")).isBetween(1_900, 2_100);
        assertThat(cluster.load("c")).isBetween(950, 1_050);
    }

    @Test
    @DisplayName("A zone has no more than its share and its tolerance, whatever its nodes may have")
    void zonesAreBounded() {
        FakeCluster cluster = new FakeCluster();
        node(cluster, "a", "x", 1);
        node(cluster, "b", "x", 1);
        node(cluster, "c", "y", 1);
        node(cluster, "d", "z", 3);

        cluster.absent(6_000)
                .settle(scheduler("ring", "node-tolerance-percent", "50", "zone-tolerance-percent", "2"), AMPLE);

        assertThat(cluster.load("a") + cluster.load("b")).isBetween(1_960, 2_040);
        assertThat(cluster.load("c")).isBetween(980, 1_020);
        assertThat(cluster.load("d")).isBetween(2_940, 3_060);
    }

    @Test
    @DisplayName("Zones that are out of their windows get back into them with no more moves than are missing")
    void zonesAreEvenedOut() {
        FakeCluster cluster = new FakeCluster();
        node(cluster, "a", "x", 1).running("a", 600);
        node(cluster, "b", "x", 1).running("b", 600);
        node(cluster, "c", "y", 1).running("c", 400);
        node(cluster, "d", "y", 1).running("d", 400);

        List<Decision> done = cluster.settle(scheduler("ring"), AMPLE);

        // 1,000 a zone, 950 to 1,050.
        assertThat(done).hasSize(150).allMatch(decision -> decision.reason().code().equals("EVEN_ZONES"));
        assertThat(cluster.load("a") + cluster.load("b")).isEqualTo(1_050);
    }

    @Test
    @DisplayName("In any cluster all windows hold when it has settled, and no span has moved twice")
    void allWindowsHold() {
        for (long seed = 0; seed < 300; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int nodeTolerance = random.nextInt(4) * 10;
            int zoneTolerance = nodeTolerance == 0 ? 0 : random.nextInt(nodeTolerance);
            FakeCluster cluster = new FakeCluster();
            int nodes = 1 + random.nextInt(15);
            for (int i = 0; i < nodes; i++) {
                node(cluster, "n" + i, "z" + random.nextInt(4), 1 + random.nextInt(5));
                cluster.running("n" + i, random.nextInt(60));
            }
            if (nodes > 1) {
                cluster.drain("n0");
            }
            cluster.absent(random.nextInt(50));

            List<Decision> done = cluster.settle(
                    scheduler(
                            "ring",
                            "node-tolerance-percent",
                            String.valueOf(nodeTolerance),
                            "zone-tolerance-percent",
                            String.valueOf(zoneTolerance)),
                    AMPLE);

            assertThat(done.stream().map(Decision::dispatcher)).as("seed %d", seed).doesNotHaveDuplicates();
            assertWindows(seed, cluster, nodeTolerance, zoneTolerance);
        }
    }

    private static void assertWindows(long seed, FakeCluster cluster, int nodeTolerance, int zoneTolerance) {
        List<NodeView> nodes =
                cluster.snapshot().nodes().stream().filter(NodeView::eligible).toList();
        int spans = nodes.stream().mapToInt(NodeView::load).sum();
        int weights = nodes.stream().mapToInt(NodeView::weight).sum();
        TreeMap<String, int[]> zones = new TreeMap<>();
        for (NodeView node : nodes) {
            double share = (double) spans * node.weight() / weights;
            assertWithin("seed " + seed + ", " + node, node.load(), share, nodeTolerance);
            int[] zone = zones.computeIfAbsent(node.zone(), name -> new int[2]);
            zone[0] += node.load();
            zone[1] += node.weight();
        }
        zones.forEach((name, zone) -> assertWithin(
                "seed " + seed + ", " + name, zone[0], (double) spans * zone[1] / weights, zoneTolerance));
    }

    private static void assertWithin(String what, int load, double share, int tolerance) {
        assertThat((double) load)
                .as("%s, share %.2f +-%d %%", what, share, tolerance)
                .isGreaterThan(share * (100 - tolerance) / 100 - 1)
                .isLessThan(share * (100 + tolerance) / 100 + 1);
    }

    @Test
    @DisplayName("Spans of a draining node stay in their zone as far as it may have more")
    void drainsWithinTheZone() {
        FakeCluster cluster = new FakeCluster();
        node(cluster, "a1", "a", 1).running("a1", 40);
        node(cluster, "a2", "a", 2).running("a2", 80);
        node(cluster, "b1", "b", 3).running("b1", 120);
        node(cluster, "c1", "c", 3).running("c1", 120).drain("a1");

        List<Decision> done = cluster.settle(scheduler("ring", "zone-tolerance-percent", "25"), AMPLE);

        // Zone a has lost a third of its weight: its share is 90, and it may have 113 then.
        assertThat(done.stream().filter(decision -> decision.reason().code().equals("DRAIN_IN_ZONE")))
                .hasSize(33)
                .allMatch(decision -> decision.target().value().equals("a2"));
        assertThat(done.stream().filter(decision -> decision.reason().code().equals("DRAIN")))
                .hasSize(7);
        assertThat(done).hasSize(40);
        assertThat(cluster.load("a1")).isZero();
    }

    @Test
    @DisplayName("A joining node takes what its window asks for, and a balancing planner would give it more")
    void joiningTakesFew() {
        Map<String, Integer> moves = new TreeMap<>();
        for (String tolerance : List.of("0", "10", "25", "50")) {
            moves.put("ring " + tolerance, join(scheduler("ring", "node-tolerance-percent", tolerance)));
        }
        moves.put("balance", join(scheduler("balance")));

        // The share of the new node is 10,000 / 21 = 476.
        System.out.println("moves when a node joins 20 with 10,000 spans: " + moves);
        assertThat(moves)
                .containsEntry("ring 0", 476)
                .containsEntry("ring 10", 428)
                .containsEntry("ring 25", 357)
                .containsEntry("ring 50", 238)
                .containsEntry("balance", 476);
    }

    private static int join(Scheduler scheduler) {
        FakeCluster cluster = twenty();
        for (int i = 0; i < 20; i++) {
            cluster.running("n" + i, 500);
        }
        List<Decision> done = cluster.nodes("new").settle(scheduler, AMPLE);
        assertThat(done).allMatch(decision -> decision.target().equals(new NodeId("new")));
        return done.size();
    }

    @Test
    @DisplayName("Placed anew with one node more, most spans go where they went before")
    void placingAnewChangesLittle() {
        long ring = elsewhere(scheduler("ring"));
        long balance = elsewhere(scheduler("balance"));

        System.out.println("placed anew on 21 nodes instead of 20, of 10,000 spans elsewhere: ring " + ring
                + ", balance " + balance);
        assertThat(ring).isLessThan(2_000);
        assertThat(balance).isGreaterThan(9_000);
    }

    private static long elsewhere(Scheduler scheduler) {
        TreeMap<DispatcherId, NodeId> before = placed(scheduler, twenty().absent(10_000));
        TreeMap<DispatcherId, NodeId> after = placed(scheduler, twenty().nodes("new").absent(10_000));
        return before.keySet().stream()
                .filter(span -> !before.get(span).equals(after.get(span)))
                .count();
    }

    @Test
    @DisplayName("Absurd weights neither overflow nor fill the memory")
    void absurdWeights() {
        FakeCluster cluster = new FakeCluster();
        node(cluster, "a", "x", Integer.MAX_VALUE);
        node(cluster, "b", "y", Integer.MAX_VALUE);
        node(cluster, "c", "y", 1);

        cluster.absent(1_000).settle(scheduler("ring"), AMPLE);

        assertThat(cluster.load("a")).isBetween(475, 525);
        assertThat(cluster.load("c")).isLessThan(5);
    }

    @Test
    @DisplayName("A tolerance that cannot be used is refused, with its key and its limits")
    void badToleranceIsRefused() {
        assertThatThrownBy(() -> scheduler("ring", "node-tolerance-percent", "101"))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("'scheduler.ring.node-tolerance-percent' is '101'; use a number from 0 to 100");
        assertThatThrownBy(() -> scheduler("ring", "node-tolerance-percent", "10", "zone-tolerance-percent", "20"))
                .hasMessageContaining("use a number from 0 to 10");
    }
}
