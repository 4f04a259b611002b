package dev.maintainer.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.core.scheduling.catalog.SchedulerCatalog;
import dev.maintainer.core.scheduling.planner.PlanningConfig;
import dev.maintainer.it.support.VirtualCluster;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A process that is started again is a new node, and joins while the lease of the old one lasts. */
class RestartScenarioTest {
    private static final NodeId N1 = new NodeId("n1");
    private static final NodeId N2 = new NodeId("n2");
    private static final NodeId N3 = new NodeId("n3");
    private static final NodeId AGAIN = new NodeId("n2-again");
    private static final long LEASE_MILLIS = 8_000;
    private static final int TABLES = 30;

    private final VirtualCluster cluster = new VirtualCluster(
            new ChangefeedId("orders"),
            LongStream.rangeClosed(1, TABLES)
                    .mapToObj(table -> new TableInfo(new TableId(table), new SchemaId(1), true))
                    .toList(),
            SchedulerCatalog.discover(RestartScenarioTest.class.getClassLoader())
                    .create("balance", new TreeMap<>()),
            100);

    @BeforeEach
    void tenTablesOnEachNode() {
        for (NodeId node : List.of(N1, N2, N3)) {
            cluster.start(node);
        }
        cluster.announce();
        cluster.addMaintainer(N1, 1, 100, HandoffManifest.EMPTY);
        cluster.pass(3_000);
        assertThat(cluster.view().dispatchersByNode())
                .containsValues(10, 10, 10)
                .hasSize(3);
        cluster.takeCommands();
    }

    private Set<DispatcherId> on(NodeId node) {
        return cluster.writers().getOrDefault(node, List.of()).stream()
                .map(DispatcherSpec::dispatcher)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The process of n2 has ended, its lease has not; it is started again. */
    private void restart() {
        cluster.kill(N2);
        cluster.start(AGAIN);
        cluster.announceTo(N1, Set.of(N1, N2, N3, AGAIN));
    }

    @Test
    @DisplayName("UP-71: a node is restarted within its lease: its spans begin on the new one, and no other span moves")
    void restarted() {
        Set<DispatcherId> stayOn1 = on(N1);
        Set<DispatcherId> stayOn3 = on(N3);
        restart();
        cluster.pass(LEASE_MILLIS);
        assertThat(cluster.takeCommands()).doesNotContainKeys("RemoveDispatcher", "CreateDispatcher");

        cluster.announce();
        cluster.pass(1_000);
        assertThat(on(AGAIN)).as("placed when the lease ended, without a grace").hasSize(10);
        cluster.pass(120_000);
        assertThat(cluster.takeCommands())
                .containsEntry("CreateDispatcher", 10L)
                .doesNotContainKey("RemoveDispatcher");
        assertThat(on(N1)).isEqualTo(stayOn1);
        assertThat(on(N3)).isEqualTo(stayOn3);
    }

    @Test
    @DisplayName("UP-71: what was on a node that is known to be dead is placed at once, grace or not")
    void died() {
        restart();
        cluster.kill(N3);
        cluster.announceTo(N1, Set.of(N1, N2, AGAIN));
        cluster.pass(500);

        assertThat(cluster.takeCommands()).containsEntry("CreateDispatcher", 10L);
        assertThat(cluster.view().absent()).isZero();
    }

    @Test
    @DisplayName("UP-70: a node that joins for good gets its share when the grace is over, by exactly that many moves")
    void joined() {
        cluster.start(AGAIN);
        cluster.announce();
        cluster.pass(PlanningConfig.DEFAULTS.joinGraceMillis() - 1_000);
        assertThat(cluster.takeCommands()).doesNotContainKey("RemoveDispatcher");

        cluster.pass(PlanningConfig.DEFAULTS.balanceMillis() + 3_000);
        assertThat(cluster.takeCommands()).containsEntry("RemoveDispatcher", 7L).containsEntry("CreateDispatcher", 7L);
        assertThat(cluster.view().dispatchersByNode()).containsEntry(AGAIN, 7);
    }
}
