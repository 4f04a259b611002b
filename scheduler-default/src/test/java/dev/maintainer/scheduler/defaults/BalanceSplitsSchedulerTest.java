package dev.maintainer.scheduler.defaults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Decision;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.PlanCheck;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.testing.FakeCluster;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables that are too much work for one node, and tables that are not any more. */
class BalanceSplitsSchedulerTest {
    private static final Budget AMPLE = new Budget(1_000, 1_000, 1_000);
    /** 26 keys with ten bytes per second each. */
    private static final double[] EVEN = new double[26];

    static {
        java.util.Arrays.fill(EVEN, 10);
    }

    private final Scheduler planner = scheduler(100);

    private static Scheduler scheduler(long threshold) {
        return new BalanceSplitsSchedulerProvider()
                .create(new TreeMap<>(Map.of("split-bytes-per-second", String.valueOf(threshold))));
    }

    private Plan plan(FakeCluster cluster) {
        Plan plan = planner.plan(cluster.snapshot(), AMPLE);
        assertThat(PlanCheck.check(cluster.snapshot(), AMPLE, plan)).isEmpty();
        return plan;
    }

    /** Plans and carries out until nothing is planned any more; fails if that never comes. */
    private int settle(FakeCluster cluster) {
        for (int round = 0; round < 40; round++) {
            Plan plan = plan(cluster);
            if (plan.decisions().isEmpty()) {
                return round;
            }
            cluster.admit(plan).finishAll();
        }
        throw new AssertionError("not settled: " + plan(cluster).decisions());
    }

    @Test
    @DisplayName("UP-76: a table with much work is split, and its parts are on different nodes")
    void splits() {
        FakeCluster cluster =
                new FakeCluster().nodes("n1", "n2", "n3").running("n1", 1).traffic(1, EVEN);

        Plan plan = plan(cluster);

        assertThat(plan.reason().code()).isEqualTo("DIVIDING");
        assertThat(plan.decisions()).hasSize(1);
        assertThat(plan.decisions().get(0).reason().code()).isEqualTo("SPLIT_HOT");
        cluster.admit(plan);
        assertThat(cluster.table(1))
                .hasSize(3)
                .map(text -> text.replaceAll(".*@", ""))
                .containsExactlyInAnyOrder("n1", "n2", "n3");
        assertThat(settle(cluster)).isZero();
    }

    @Test
    @DisplayName("UP-76: zones before nodes")
    void zones() {
        FakeCluster cluster = new FakeCluster()
                .nodes("n1", "n2", "n3", "n4")
                .label("n1", "zone", "a")
                .label("n2", "zone", "a")
                .label("n3", "zone", "a")
                .label("n4", "zone", "b")
                .running("n1", 1)
                .traffic(1, 60, 60);

        cluster.admit(plan(cluster));

        assertThat(cluster.table(1)).hasSize(2).anyMatch(text -> text.endsWith("@n4"));
    }

    @Test
    @DisplayName("a table with one hot key cannot be cut, and is left with a reason")
    void oneHotKey() {
        FakeCluster cluster =
                new FakeCluster().nodes("n1", "n2").running("n1", 1).traffic(1, 500);

        Plan plan = plan(cluster);

        assertThat(plan.decisions()).isEmpty();
        assertThat(plan.rejected())
                .singleElement()
                .satisfies(left -> assertThat(left.reason().code()).isEqualTo("NO_CUT"));
    }

    @Test
    @DisplayName("parts with little work are brought together and merged, and then it is quiet")
    void merges() {
        FakeCluster cluster =
                new FakeCluster().nodes("n1", "n2", "n3").running("n1", 1).traffic(1, EVEN);
        settle(cluster);
        assertThat(cluster.table(1)).hasSize(3);

        cluster.traffic(1, 1, 1, 1);
        settle(cluster);

        assertThat(cluster.table(1)).singleElement().asString().startsWith("[-inf, +inf)");
    }

    @Test
    @DisplayName("UP-65: work between the two thresholds neither splits nor merges")
    void hysteresis() {
        FakeCluster cluster =
                new FakeCluster().nodes("n1", "n2").running("n1", 1).traffic(1, EVEN);
        settle(cluster);
        int parts = cluster.table(1).size();

        for (double each : new double[] {9, 11, 8, 11, 7}) {
            double[] bytes = new double[26];
            java.util.Arrays.fill(bytes, each);
            cluster.traffic(1, bytes);
            Plan plan = plan(cluster);
            assertThat(plan.decisions()).as("%s bytes per key", each).noneMatch(Decision.Merge.class::isInstance);
            cluster.admit(plan).finishAll();
            assertThat(cluster.table(1)).hasSizeGreaterThanOrEqualTo(parts);
        }
    }

    @Test
    @DisplayName("UP-67: work that nobody knows splits, merges and moves nothing")
    void unknownWork() {
        FakeCluster cluster = new FakeCluster()
                .nodes("n1", "n2")
                .running("n1", 1)
                .split(50, 4, "n1")
                .split(51, 1, "n2");

        assertThat(plan(cluster).decisions())
                .noneMatch(decision -> decision instanceof Decision.Split || decision instanceof Decision.Merge);
    }

    @Test
    @DisplayName("a table of which a part is being changed is left alone, others are not")
    void stuckPart() {
        FakeCluster cluster = new FakeCluster().nodes("n1", "n2").running("n1", 2);
        cluster.traffic(1, 100, 100).traffic(2, 100, 100);
        cluster.admit(plan(cluster)).finishAll();
        assertThat(cluster.table(1)).hasSize(2);
        assertThat(cluster.table(2)).hasSize(2);
        cluster.traffic(1, 1, 1).traffic(2, 1, 1);
        cluster.drive(FakeCluster.dispatcher(3));

        for (int round = 0; round < 5; round++) {
            cluster.admit(plan(cluster)).finishAll();
        }

        assertThat(cluster.table(1).size() + cluster.table(2).size()).isEqualTo(3);
    }

    @Test
    @DisplayName("UP-68: parts leave the node with most work, whatever table it comes from")
    void nodeWideWork() {
        FakeCluster cluster = new FakeCluster().nodes("n1", "n2");
        for (int i = 0; i < 4; i++) {
            cluster.running(i < 2 ? "n1" : "n2", 1);
        }
        cluster.traffic(1, 60, 60).traffic(2, 60, 60).traffic(3, 1).traffic(4, 1);
        settle(cluster);

        double n1 = cluster.work("n1");
        double n2 = cluster.work("n2");
        assertThat(Math.max(n1, n2) / ((n1 + n2) / 2)).isLessThanOrEqualTo(1.25);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20})
    @DisplayName(
            "UP-65: with constant work every cluster settles, covered exactly, no span above the threshold that can be cut")
    void settlesFromAnywhere(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        FakeCluster cluster = new FakeCluster();
        int nodes = 2 + random.nextInt(6);
        int tables = 1 + random.nextInt(12);
        for (int i = 0; i < nodes; i++) {
            cluster.nodes("n" + i).label("n" + i, "weight", String.valueOf(1 + random.nextInt(3)));
        }
        for (int i = 0; i < tables; i++) {
            cluster.running("n" + random.nextInt(nodes), 1);
        }
        for (int turn = 0; turn < 4; turn++) {
            for (int table = 1; table <= tables; table++) {
                double[] bytes = new double[26];
                for (int key = 0; key < 26; key++) {
                    bytes[key] = random.nextInt(random.nextInt(3) == 0 ? 60 : 6);
                }
                cluster.traffic(table, bytes);
            }
            settle(cluster);
            for (int table = 1; table <= tables; table++) {
                assertThat(cluster.table(table).get(0)).startsWith("[-inf");
                assertThat(cluster.table(table).get(cluster.table(table).size() - 1))
                        .contains("+inf");
            }
            var snapshot = cluster.snapshot();
            for (var group : snapshot.groups()) {
                for (var node : snapshot.nodes()) {
                    snapshot.replicating(group, node.id())
                            .forEach(span -> assertThat(
                                            snapshot.load(span.dispatcher()).bytesPerSecond() <= 100
                                                    || snapshot.cuts(span.dispatcher(), 2)
                                                            .isEmpty())
                                    .isTrue());
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"split-bytes-per-second, -1", "split-bytes-per-second, many", "max-parts, 1", "max-part, 3"})
    @DisplayName("settings that make no sense are refused, with the key and what would")
    void badSettings(String key, String value) {
        assertThatThrownBy(() -> new BalanceSplitsSchedulerProvider().create(new TreeMap<>(Map.of(key, value))))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining(key);
    }

    @Test
    @DisplayName("without a threshold it is balance")
    void off() {
        Scheduler off = new BalanceSplitsSchedulerProvider().create(new TreeMap<>());
        FakeCluster cluster =
                new FakeCluster().nodes("n1", "n2").running("n1", 1).traffic(1, EVEN);

        assertThat(off.plan(cluster.snapshot(), AMPLE).decisions()).isEmpty();
    }
}
