package dev.maintainer.it.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.CoordinatorRequest.AcknowledgeFinalStatus;
import dev.maintainer.api.message.CoordinatorRequest.RemoveMaintainer;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.core.scheduling.catalog.SchedulerCatalog;
import dev.maintainer.it.support.VirtualCluster;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * 100,000 spans on 100 workers: placed, one node lost, one joined, handed over. {@code -Dmaintainer.scale.spans=1000000}
 * makes it a million.
 */
class ScaleSmokeTest {
    private static final int SPANS = Integer.getInteger("maintainer.scale.spans", 100_000);
    private static final int NODES = 100;
    private static final ChangefeedId CHANGEFEED = new ChangefeedId("scale");

    private static NodeId node(int number) {
        return new NodeId(String.format("node-%03d", number));
    }

    private static long step(String name, long startNanos, VirtualCluster cluster, Map<String, Long> commands) {
        Runtime runtime = Runtime.getRuntime();
        System.out.printf(
                "%-10s %6d ms, heap %5d MiB, plans %d, messages %d, commands %s%n",
                name,
                (System.nanoTime() - startNanos) / 1_000_000,
                (runtime.totalMemory() - runtime.freeMemory()) >> 20,
                cluster.takePlans(),
                cluster.takeMessages(),
                commands);
        return System.nanoTime();
    }

    @Test
    @DisplayName("Placement, death, join and handoff cost what changes, not what exists")
    void costFollowsChange() {
        List<TableInfo> tables = new ArrayList<>();
        for (int table = 1; table <= SPANS; table++) {
            tables.add(new TableInfo(new TableId(table), new SchemaId(1 + table % 1_000), true));
        }
        VirtualCluster cluster = new VirtualCluster(
                CHANGEFEED,
                tables,
                SchedulerCatalog.discover(ScaleSmokeTest.class.getClassLoader()).create("balance", new TreeMap<>()),
                1_000);
        for (int number = 0; number < NODES; number++) {
            cluster.start(node(number));
        }
        cluster.announce();
        long clock = System.nanoTime();

        // Placed: every span is created once, and evenly.
        cluster.addMaintainer(node(0), 1, 1_000, HandoffManifest.EMPTY);
        cluster.pass(1_000);
        SortedMap<String, Long> placed = cluster.takeCommands();
        assertThat(cluster.plans()).as("plans").isLessThanOrEqualTo(300 + SPANS / 1_000);
        assertThat(cluster.messages())
                .as("a create and a status for each span")
                .isLessThanOrEqualTo(2L * SPANS + 5_000);
        clock = step("placed", clock, cluster, placed);
        assertThat(placed).containsEntry("CreateDispatcher", (long) SPANS).doesNotContainKey("RemoveDispatcher");
        assertThat(cluster.view().absent()).isZero();
        assertThat(cluster.view().operatorsInFlight()).isZero();
        assertThat(cluster.view().dispatchersByNode())
                .hasSize(NODES)
                .allSatisfy((node, count) -> assertThat(count).isBetween(SPANS / NODES, SPANS / NODES + 1));

        // Nothing changes, nothing is sent; the checkpoint follows upstream.
        cluster.advanceTo(2_000);
        cluster.pass(20_000);
        SortedMap<String, Long> idle = cluster.takeCommands();
        assertThat(cluster.plans()).as("plans").isLessThanOrEqualTo(3);
        clock = step("idle", clock, cluster, idle);
        assertThat(idle).isEmpty();
        assertThat(cluster.view().checkpointTs()).isEqualTo(2_000);

        // One node is lost: its spans, and only they, are created again.
        int lost = cluster.view().dispatchersByNode().getOrDefault(node(NODES - 1), 0);
        cluster.kill(node(NODES - 1));
        cluster.announce();
        cluster.pass(1_000);
        SortedMap<String, Long> healed = cluster.takeCommands();
        assertThat(cluster.plans()).as("plans").isLessThanOrEqualTo(300);
        clock = step("node lost", clock, cluster, healed);
        assertThat(healed).containsEntry("CreateDispatcher", (long) lost).doesNotContainKey("RemoveDispatcher");
        assertThat(cluster.view().dispatchersByNode()).hasSize(NODES - 1);

        // One node joins: it gets its share, by exactly that many moves.
        cluster.start(node(NODES));
        cluster.announce();
        cluster.pass(30_000);
        SortedMap<String, Long> balanced = cluster.takeCommands();
        assertThat(cluster.plans()).as("plans").isLessThanOrEqualTo(300);
        clock = step("node joins", clock, cluster, balanced);
        long share = SPANS / NODES;
        assertThat(balanced).containsEntry("RemoveDispatcher", share).containsEntry("CreateDispatcher", share);
        assertThat(Collections.max(cluster.view().dispatchersByNode().values())
                        - Collections.min(cluster.view().dispatchersByNode().values()))
                .isLessThanOrEqualTo(1);

        // Handed over: the successor adopts all and creates nothing.
        cluster.request(node(0), new RemoveMaintainer(CHANGEFEED, new MaintainerEpoch(1), RemovalMode.HANDOFF));
        FinalStatus word = cluster.finalStatus();
        cluster.request(node(0), new AcknowledgeFinalStatus(CHANGEFEED, new MaintainerEpoch(1)));
        cluster.takeCommands();
        assertThat(cluster.afterQuiesce()).containsExactly(Map.entry("RemoveDispatcher", 1L));
        assertThat(word.manifest().frozen()).isEmpty();
        cluster.addMaintainer(node(50), 2, word.checkpointTs(), word.manifest());
        cluster.advanceTo(3_000);
        cluster.pass(1_000);
        SortedMap<String, Long> adopted = cluster.takeCommands();
        assertThat(cluster.plans()).as("plans").isLessThanOrEqualTo(10);
        step("handed over", clock, cluster, adopted);
        assertThat(adopted).doesNotContainKeys("CreateDispatcher", "RemoveDispatcher");
        assertThat(cluster.view().phase()).isEqualTo(LifecyclePhase.RUNNING);
        assertThat(cluster.view().spans()).isEqualTo(SPANS);
        assertThat(cluster.view().checkpointTs()).isEqualTo(3_000);
    }
}
