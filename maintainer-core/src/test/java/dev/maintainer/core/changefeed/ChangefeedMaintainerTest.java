package dev.maintainer.core.changefeed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.CoordinatorRequest.AddMaintainer;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.api.port.Transport;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.MaintainerConfig;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.ReportedError;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.PlanningPort;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A changefeed with a redo log: two pipelines with one life, on one node. */
class ChangefeedMaintainerTest {
    private static final NodeId A = new NodeId("a");
    private static final ChangefeedId FEED = new ChangefeedId("orders");
    private static final MaintainerEpoch EPOCH = new MaintainerEpoch(5);

    /** The planners' side: which pipelines have a session there. */
    private static final class Sessions implements PlanningPort {
        final Map<ChangefeedId, Integer> asked = new HashMap<>();
        final Map<ChangefeedId, MaintainerEpoch> open = new HashMap<>();

        @Override
        public void ask(PlanRequest request) {
            asked.merge(request.changefeed(), 1, Integer::sum);
            open.put(request.changefeed(), request.epoch());
        }

        @Override
        public void drop(ChangefeedId changefeed, MaintainerEpoch epoch) {
            open.remove(changefeed, epoch);
        }
    }

    private final Sessions sessions = new Sessions();
    private final ChangefeedMaintainer maintainer = new ChangefeedMaintainer(
            new AddMaintainer(FEED, EPOCH, 100, HandoffManifest.EMPTY, 1, "", true, ChangefeedConfiguration.NONE),
            A,
            "test",
            MaintainerConfig.defaults(),
            new MaintainerPorts(
                    (to, message) -> Transport.SendResult.ENQUEUED,
                    (changefeed, ts) -> {},
                    sessions,
                    MaintainerObserver.none()));
    private long now = 1_000;

    ChangefeedMaintainerTest() {
        maintainer.membershipChanged(Membership.of(1, List.of(A)), now);
    }

    /** One pipeline has its answers, and the tables, and runs. */
    private void begins(ReplicationMode mode) {
        report(new WorkerReport.BootstrapSnapshot(FEED.in(mode), EPOCH, 1, 100, List.of(), List.of(), List.of()));
        List<TableInfo> tables = List.of(new TableInfo(new TableId(1), new SchemaId(1), true));
        maintainer.handle(new HostInput.TablesLoaded(FEED.in(mode), new SchemaSnapshot(100, tables)), now);
        report(new WorkerReport.PostBootstrapDone(
                FEED.in(mode), EPOCH, pipeline(mode).triggerId(), null));
    }

    private void runs() {
        begins(ReplicationMode.DEFAULT);
        begins(ReplicationMode.REDO);
        assertThat(maintainer.phase()).isEqualTo(LifecyclePhase.RUNNING);
    }

    private void report(WorkerReport report) {
        maintainer.handle(new HostInput.ReportReceived(A, report), now);
    }

    private Maintainer pipeline(ReplicationMode mode) {
        return maintainer.pipeline(mode).orElseThrow();
    }

    private LifecyclePhase phase(ReplicationMode mode) {
        return pipeline(mode).phase();
    }

    private static ReplicationMode other(ReplicationMode mode) {
        return mode == ReplicationMode.REDO ? ReplicationMode.DEFAULT : ReplicationMode.REDO;
    }

    private Disposition remove(RemovalMode mode) {
        return maintainer.remove(EPOCH, mode, now);
    }

    /** A worker refuses a command of a pipeline, as it has a newer owner. */
    private void fence(ReplicationMode mode) {
        report(new WorkerReport.CommandRefused(FEED.in(mode), EPOCH, new MaintainerEpoch(6), "PostBootstrap"));
    }

    private void pass(int ticks) {
        for (int i = 0; i < ticks; i++) {
            now += 100;
            maintainer.tick(now);
        }
    }

    @Test
    @DisplayName("the error of a node that cannot begin is seen, with what the bootstrap waits for and since when")
    void bootstrapFails() {
        WorkerError error = new WorkerError(A, ErrorCode.SINK_UNAVAILABLE, "/srv/out is read-only");
        report(new WorkerReport.BootstrapFailed(FEED, EPOCH, error));
        pass(10);
        report(new WorkerReport.BootstrapFailed(FEED, EPOCH, error));
        MaintainerView view = pipeline(ReplicationMode.DEFAULT).inspector().view();

        assertThat(view.checkpointHeldBy()).contains("bootstrap, waits for [a]", "MNT-2002 /srv/out is read-only");
        assertThat(view.errorCount()).isEqualTo(1);
        assertThat(view.errors())
                .containsExactly(new ReportedError(A, ErrorCode.SINK_UNAVAILABLE, "/srv/out is read-only", 1_000));
    }

    @Test
    @DisplayName("a DDL trigger dispatcher that has failed holds the checkpoint, which is no removal")
    void triggerFails() {
        runs();
        DispatcherStatus failed =
                new DispatcherStatus(pipeline(ReplicationMode.DEFAULT).triggerId(), ComponentState.STOPPED, 100);
        report(new WorkerReport.Heartbeat(
                FEED, EPOCH, 1, 0, new Watermark(900, 900, 1), List.of(failed), false, List.of()));
        report(new WorkerReport.Heartbeat(FEED, EPOCH, 1, 0, new Watermark(900, 900, 2), List.of(), false, List.of()));

        assertThat(pipeline(ReplicationMode.DEFAULT).inspector().view().checkpointHeldBy())
                .contains("DDL trigger dispatcher")
                .doesNotContain("removal");
    }

    @ParameterizedTest
    @EnumSource(ReplicationMode.class)
    @DisplayName("a handoff that one pipeline cannot begin yet is refused by both, and nothing of the other stops")
    void tooEarlyForOne(ReplicationMode first) {
        begins(first);

        assertThat(remove(RemovalMode.HANDOFF)).isEqualTo(Disposition.REFUSED);

        assertThat(phase(first)).isEqualTo(LifecyclePhase.RUNNING);
        assertThat(phase(other(first))).isEqualTo(LifecyclePhase.BOOTSTRAPPING);
        begins(other(first));
        assertThat(maintainer.phase()).isEqualTo(LifecyclePhase.RUNNING);
    }

    @ParameterizedTest
    @EnumSource(ReplicationMode.class)
    @DisplayName("a close can begin at any time, and begins in both")
    void closeBeginsInBoth(ReplicationMode first) {
        begins(first);

        assertThat(remove(RemovalMode.CLOSE)).isEqualTo(Disposition.APPLIED);

        assertThat(phase(ReplicationMode.DEFAULT)).isEqualTo(LifecyclePhase.REMOVING);
        assertThat(phase(ReplicationMode.REDO)).isEqualTo(LifecyclePhase.REMOVING);
    }

    @ParameterizedTest
    @EnumSource(ReplicationMode.class)
    @DisplayName("a pipeline that a newer owner has fenced ends the other with it")
    void fencedInOne(ReplicationMode fenced) {
        runs();

        fence(fenced);

        assertThat(phase(other(fenced))).isEqualTo(LifecyclePhase.CLOSED);
        assertThat(maintainer.phase()).isEqualTo(LifecyclePhase.CLOSED);
        assertThat(maintainer.status().finalStatus()).isNotNull();
    }

    @Test
    @DisplayName("no planner is left behind by a handoff, nor asked again")
    void plannersAfterAHandoff() {
        runs();
        pass(20);
        assertThat(sessions.open).containsOnlyKeys(FEED, FEED.in(ReplicationMode.REDO));

        remove(RemovalMode.HANDOFF);

        assertThat(sessions.open).isEmpty();
        Map<ChangefeedId, Integer> asked = Map.copyOf(sessions.asked);
        pass(400);
        assertThat(sessions.asked).isEqualTo(asked);
    }

    @ParameterizedTest
    @EnumSource(ReplicationMode.class)
    @DisplayName("no planner is left behind by a fence")
    void plannersAfterAFence(ReplicationMode fenced) {
        runs();
        pass(20);

        fence(fenced);

        assertThat(sessions.open).isEmpty();
    }
}
