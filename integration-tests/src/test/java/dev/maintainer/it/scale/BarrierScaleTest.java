package dev.maintainer.it.scale;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.core.scheduling.catalog.SchedulerCatalog;
import dev.maintainer.it.support.VirtualCluster;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A sync point at which 50,000 dispatchers on 100 nodes stop; {@code -Dmaintainer.scale.participants=200000} makes it more.
 * Messages are counted; how long the maintainer took is printed.
 */
class BarrierScaleTest {
    private static final int PARTICIPANTS = Integer.getInteger("maintainer.scale.participants", 50_000);
    private static final int NODES = 100;

    private static NodeId node(int number) {
        return new NodeId(String.format("node-%03d", number));
    }

    @Test
    @DisplayName("An event of all tables costs messages by the number of nodes, not of dispatchers")
    void costFollowsNodes() {
        List<TableInfo> tables = new ArrayList<>();
        for (int table = 1; table <= PARTICIPANTS; table++) {
            tables.add(new TableInfo(new TableId(table), new SchemaId(1 + table % 1_000), true));
        }
        VirtualCluster cluster = new VirtualCluster(
                new ChangefeedId("scale"),
                tables,
                SchedulerCatalog.discover(BarrierScaleTest.class.getClassLoader())
                        .create("balance", new TreeMap<>()),
                1_000);
        for (int number = 0; number < NODES; number++) {
            cluster.start(node(number));
        }
        cluster.announce();
        cluster.addMaintainer(node(0), 1, 1_000, HandoffManifest.EMPTY);
        cluster.pass(1_000);
        assertThat(cluster.view().absent()).isZero();

        for (int round = 1; round <= 3; round++) {
            cluster.takeCommands();
            cluster.takeMessages();
            cluster.takeHostNanos();
            cluster.comeTo(BlockEvent.syncPoint(1_000 + 1_000L * round));
            cluster.pass(500);
            assertThat(cluster.waiting()).isZero();
            long[] nanos = cluster.takeHostNanos();
            long messages = cluster.takeMessages();
            System.out.printf(
                    "%d participants on %d nodes: %d messages, commands %s, hosts %d ms in all, longest input %d ms%n",
                    PARTICIPANTS, NODES, messages, cluster.takeCommands(), nanos[0] / 1_000_000, nanos[1] / 1_000_000);
            // In half a second each node also sends some heartbeats; of the event, it reports twice and is told once.
            assertThat(messages).isLessThanOrEqualTo(20L * NODES);
        }
        cluster.pass(1_000);
        assertThat(cluster.view().checkpointTs()).isEqualTo(4_000);
    }
}
