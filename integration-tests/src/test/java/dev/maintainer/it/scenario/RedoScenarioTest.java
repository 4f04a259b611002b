package dev.maintainer.it.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.scheduling.catalog.SchedulerCatalog;
import dev.maintainer.it.support.VirtualCluster;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Two pipelines of one changefeed: the sink is held behind the redo log, and both have one life. */
class RedoScenarioTest {
    private static final ChangefeedId SINK = new ChangefeedId("orders");
    private static final ChangefeedId LOG = SINK.in(ReplicationMode.REDO);
    private static final NodeId N1 = new NodeId("n1");
    private static final NodeId N2 = new NodeId("n2");
    private static final int TABLES = 6;
    private static final long START = 100;

    private final VirtualCluster cluster = new VirtualCluster(
            SINK,
            LongStream.rangeClosed(1, TABLES)
                    .mapToObj(table -> new TableInfo(new TableId(table), new SchemaId(1), true))
                    .toList(),
            SchedulerCatalog.discover(RedoScenarioTest.class.getClassLoader()).create("balance", new TreeMap<>()),
            START);

    private void runsOnTwoNodes() {
        cluster.start(N1);
        cluster.start(N2);
        cluster.announce();
        cluster.watchWriters();
        cluster.addMaintainerWithRedo(N1, 5, START, HandoffManifest.EMPTY);
        cluster.pass(3_000);
    }

    private void remove(NodeId node, long epoch, RemovalMode mode) {
        cluster.request(node, new CoordinatorRequest.RemoveMaintainer(SINK, new MaintainerEpoch(epoch), mode));
    }

    private MaintainerStatus status() {
        return Objects.requireNonNull(cluster.status());
    }

    private void sinkMayWriteUpTo(long ts) {
        assertThat(cluster.writersOf(SINK))
                .as("tables and the trigger")
                .hasSize(TABLES + 1)
                .extracting(spec -> spec.bound().releasedTs())
                .containsOnly(ts);
    }

    @Test
    @DisplayName("A table has a dispatcher into the sink and one into the log; only the first is bound")
    void twoPipelines() {
        runsOnTwoNodes();

        assertThat(status().phase()).isEqualTo(LifecyclePhase.RUNNING);
        sinkMayWriteUpTo(START);
        assertThat(cluster.writersOf(LOG))
                .hasSize(TABLES + 1)
                .extracting(spec -> spec.bound().releasedTs())
                .containsOnly(Long.MAX_VALUE);
        assertThat(cluster.writers())
                .allSatisfy((node, specs) ->
                        assertThat(specs).extracting(DispatcherSpec::changefeed).contains(SINK, LOG));
        assertThat(cluster.doubleWriters()).isZero();
    }

    @Test
    @DisplayName("84: the log promises what is durable in both; what it has promised, and nothing more, may be written")
    void promisesAndReleases() {
        runsOnTwoNodes();

        cluster.stallLog(true);
        cluster.advanceTo(400);
        cluster.pass(2_000);
        // The log has everything up to 400, and has not said so durably.
        assertThat(cluster.view(ReplicationMode.REDO).checkpointTs()).isEqualTo(400);
        sinkMayWriteUpTo(START);
        assertThat(status().checkpointTs()).isEqualTo(START);

        cluster.stallLog(false);
        cluster.pass(3_000);
        assertThat(cluster.promised()).contains(new RedoMeta(START, 400));
        sinkMayWriteUpTo(400);
        assertThat(status().checkpointTs()).isEqualTo(400);
        assertThat(cluster.promised()).last().isEqualTo(new RedoMeta(400, 400));
    }

    @Test
    @DisplayName("S33: promises only rise, whoever makes them")
    void promisesRise() {
        runsOnTwoNodes();
        cluster.advanceTo(400);
        cluster.pass(3_000);
        remove(N1, 5, RemovalMode.HANDOFF);
        cluster.pass(1_000);
        HandoffManifest manifest = cluster.finalStatus().manifest();
        cluster.addMaintainerWithRedo(N2, 6, cluster.finalStatus().checkpointTs(), manifest);
        cluster.advanceTo(700);
        cluster.pass(3_000);

        List<RedoMeta> promised = cluster.promised();
        assertThat(promised).hasSizeGreaterThan(2).last().isEqualTo(new RedoMeta(700, 700));
        for (int i = 1; i < promised.size(); i++) {
            assertThat(promised.get(i).max(promised.get(i - 1))).isEqualTo(promised.get(i));
        }
        sinkMayWriteUpTo(700);
        assertThat(cluster.doubleWriters()).isZero();
    }

    @Test
    @DisplayName("Nothing new, nothing said: an idle changefeed makes no promise again")
    void idle() {
        runsOnTwoNodes();
        cluster.advanceTo(400);
        cluster.pass(5_000);
        int before = cluster.promised().size();

        cluster.pass(60_000);
        assertThat(cluster.promised()).hasSize(before);
    }

    @Test
    @DisplayName("A log that stands still while the sink waits for it is reported, and no longer when it goes on")
    void stalledLog() {
        runsOnTwoNodes();
        cluster.stallLog(true);
        cluster.advanceTo(400);
        cluster.pass(MaintainerConfig.defaults().missingWatermarkMillis() + 5_000);

        assertThat(status().errors()).extracting(WorkerError::code).containsOnly(ErrorCode.REDO_STALLED);
        assertThat(cluster.view().checkpointHeldBy()).contains("redo");

        cluster.stallLog(false);
        cluster.pass(3_000);
        assertThat(status().errors()).isEmpty();
        assertThat(status().checkpointTs()).isEqualTo(400);
    }

    @Test
    @DisplayName("A source that is quiet for long is no stalled log, and neither is the moment in which it goes on")
    void quietSource() {
        runsOnTwoNodes();
        cluster.advanceTo(400);
        cluster.pass(10 * MaintainerConfig.defaults().missingWatermarkMillis());
        assertThat(status().errors()).isEmpty();
        assertThat(cluster.view().checkpointHeldBy()).doesNotContain("redo");

        cluster.stallLog(true);
        cluster.advanceTo(900);
        cluster.pass(MaintainerConfig.defaults().missingWatermarkMillis() / 2);
        assertThat(status().errors()).isEmpty();
        assertThat(cluster.view().checkpointHeldBy()).contains("redo");
    }

    @Test
    @DisplayName(
            "Handoff: from the moment removal starts, two triggers are closed, and nothing is promised or released")
    void handsOff() {
        runsOnTwoNodes();
        cluster.advanceTo(400);
        cluster.pass(3_000);
        List<RedoMeta> before = cluster.promised();
        cluster.takeCommands();

        cluster.holdCloses(ReplicationMode.REDO);
        remove(N1, 5, RemovalMode.HANDOFF);
        cluster.advanceTo(900);
        cluster.pass(400);
        assertThat(status().phase())
                .as("the trigger into the log has not closed")
                .isEqualTo(LifecyclePhase.REMOVING);

        cluster.letClose();
        cluster.pass(1_000);
        assertThat(status().phase()).isEqualTo(LifecyclePhase.CLOSED);
        assertThat(cluster.promised()).isEqualTo(before);
        assertThat(cluster.afterQuiesce()).as("closes of the triggers").containsOnlyKeys("RemoveDispatcher");
        assertThat(cluster.writersOf(SINK)).as("tables go on").hasSize(TABLES);
        assertThat(cluster.writersOf(LOG)).hasSize(TABLES);
    }

    @Test
    @DisplayName("Close: both pipelines end, everywhere")
    void closeOfBoth() {
        runsOnTwoNodes();
        remove(N1, 5, RemovalMode.CLOSE);
        cluster.pass(2_000);

        assertThat(status().phase()).isEqualTo(LifecyclePhase.CLOSED);
        assertThat(cluster.writersOf(SINK)).isEmpty();
        assertThat(cluster.writersOf(LOG)).isEmpty();
    }

    @Test
    @DisplayName("Who is fenced by a newer owner in one pipeline has ended in both")
    void fenced() {
        runsOnTwoNodes();
        // The coordinator has given the old owner up, and that one does not know it.
        cluster.addMaintainerWithRedo(N2, 6, START, HandoffManifest.EMPTY);
        cluster.advanceTo(400);
        cluster.pass(5_000);

        assertThat(status().epoch()).isEqualTo(new MaintainerEpoch(6));
        assertThat(cluster.view().epoch()).isEqualTo(new MaintainerEpoch(6));
        assertThat(cluster.view(ReplicationMode.REDO).epoch()).isEqualTo(new MaintainerEpoch(6));
        sinkMayWriteUpTo(400);
        assertThat(status().checkpointTs()).isEqualTo(400);
    }

    @Test
    @DisplayName("A node that joins gets dispatchers that know the bound from the start")
    void joins() {
        runsOnTwoNodes();
        cluster.advanceTo(400);
        cluster.pass(3_000);
        NodeId late = new NodeId("n3");
        cluster.start(late);
        cluster.announce();
        cluster.stallLog(true);
        cluster.advanceTo(900);
        cluster.pass(40_000);

        assertThat(cluster.writers().get(late))
                .filteredOn(spec -> spec.changefeed().equals(SINK))
                .isNotEmpty()
                .extracting(spec -> spec.bound().releasedTs())
                .containsOnly(400L);
    }
}
