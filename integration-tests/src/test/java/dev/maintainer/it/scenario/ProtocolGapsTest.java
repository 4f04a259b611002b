package dev.maintainer.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.core.scheduling.catalog.SchedulerCatalog;
import dev.maintainer.it.support.MaintainerBench;
import dev.maintainer.it.support.VirtualCluster;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Holes in the protocol between owners and workers, each closed, each with the story that showed it. */
class ProtocolGapsTest {
    private static final ChangefeedId FEED = new ChangefeedId("orders");
    private static final NodeId N1 = new NodeId("n1");
    private static final NodeId N2 = new NodeId("n2");
    private static final NodeId N3 = new NodeId("n3");
    private static final long TABLES = 12;

    private final VirtualCluster cluster = new VirtualCluster(
            FEED,
            LongStream.rangeClosed(1, TABLES)
                    .mapToObj(table -> new TableInfo(new TableId(table), new SchemaId(1), true))
                    .toList(),
            SchedulerCatalog.discover(ProtocolGapsTest.class.getClassLoader()).create("balance", new TreeMap<>()),
            100);

    private void runsOnThreeNodes() {
        cluster.start(N1);
        cluster.start(N2);
        cluster.start(N3);
        cluster.announce();
        cluster.addMaintainer(N1, 5, 100, HandoffManifest.EMPTY);
        cluster.pass(3_000);
        cluster.watchWriters();
        assertThat(cluster.writers().get(N3)).isNotEmpty();
    }

    private void eachTableHasOneWriter() {
        for (long table = 1; table <= TABLES; table++) {
            assertThat(cluster.writersOf(new TableId(table))).isEqualTo(1);
        }
        assertThat(cluster.writersOf(TableSpan.DDL.table())).isEqualTo(1);
    }

    @Test
    @DisplayName("Late node: only a node that the state was rebuilt without is asked to abandon what it has")
    void theOwnerSaysWhichItIs() {
        MaintainerBench bench = MaintainerBench.running(List.of(MaintainerBench.N1), 1);
        assertThat(bench.take(WorkerCommand.Bootstrap.class)).isNotEmpty().noneMatch(WorkerCommand.Bootstrap::late);
        bench.members(MaintainerBench.N1, MaintainerBench.N2);
        bench.pass(2_000);
        assertThat(bench.take(WorkerCommand.Bootstrap.class)).isNotEmpty().allMatch(WorkerCommand.Bootstrap::late);
    }

    @Test
    @DisplayName(
            "Late node: a successor that had not heard of a node leaves no writer of its predecessor beside its own")
    void staleViewAtTheBeginning() {
        runsOnThreeNodes();
        cluster.kill(N1);
        cluster.announceTo(N2, Set.of(N2));
        cluster.addMaintainer(N2, 6, 100, HandoffManifest.EMPTY);
        cluster.pass(1_000);
        assertThat(cluster.view().spans()).isEqualTo((int) TABLES);
        // Two owners' dispatchers run now, on nodes whose sinks are fenced apart.
        long before = cluster.doubleWriters();
        cluster.announce();
        assertThat(cluster.writers().get(N3)).noneMatch(spec -> spec.epoch().equals(new MaintainerEpoch(5)));
        cluster.pass(20_000);
        assertThat(cluster.doubleWriters()).isEqualTo(before);
        eachTableHasOneWriter();
        assertThat(Objects.requireNonNull(cluster.status()).errors()).isEmpty();
    }

    @Test
    @DisplayName("Fenced maintainer: the trigger that it leaves behind does not keep its successor out")
    void aFencedOwnerLeavesItsTrigger() {
        runsOnThreeNodes();
        cluster.addMaintainer(N2, 6, 100, HandoffManifest.EMPTY);
        cluster.pass(5_000);
        assertThat(Objects.requireNonNull(cluster.status()).epoch()).isEqualTo(new MaintainerEpoch(6));
        assertThat(Objects.requireNonNull(cluster.status()).phase()).isEqualTo(LifecyclePhase.RUNNING);
        eachTableHasOneWriter();
        // The former owner is told to go: its close of the trigger is refused, and it closes.
        cluster.request(N1, new CoordinatorRequest.RemoveMaintainer(FEED, new MaintainerEpoch(5), RemovalMode.HANDOFF));
        // And back to the node where it was.
        cluster.request(N2, new CoordinatorRequest.RemoveMaintainer(FEED, new MaintainerEpoch(6), RemovalMode.HANDOFF));
        cluster.pass(1_000);
        cluster.addMaintainer(N1, 7, 100, HandoffManifest.EMPTY);
        cluster.pass(5_000);
        assertThat(Objects.requireNonNull(cluster.status()).phase()).isEqualTo(LifecyclePhase.RUNNING);
        assertThat(Objects.requireNonNull(cluster.status()).errors()).isEmpty();
        assertThat(cluster.doubleWriters()).isZero();
        eachTableHasOneWriter();
    }

    @Test
    @DisplayName("A table that is renamed into another schema goes with that schema, not with its former one")
    void aTableInAnotherSchema() {
        MaintainerBench bench = MaintainerBench.settled(List.of(MaintainerBench.N1), 1, 2);
        SchemaId other = new SchemaId(9);
        bench.ddl(200, new TableChange.RenameTable(new TableInfo(new TableId(1), other, true)));
        bench.ddl(300, new TableChange.DropSchema(MaintainerBench.SCHEMA));
        assertThat(bench.table(1)).hasSize(1);
        assertThat(bench.table(2)).isEmpty();
        bench.ddl(400, new TableChange.DropSchema(other));
        assertThat(bench.table(1)).isEmpty();
    }
}
