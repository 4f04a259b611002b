package dev.maintainer.it.handoff;

import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.N2;
import static dev.maintainer.it.support.MaintainerBench.N3;
import static dev.maintainer.it.support.MaintainerBench.id;
import static dev.maintainer.it.support.MaintainerBench.stopped;
import static dev.maintainer.it.support.MaintainerBench.working;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.it.support.MaintainerBench;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Heartbeats that reach a maintainer while it is being removed. */
class RemovingStateHeartbeatTest {
    private final MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1, 2);

    private void startHandoff() {
        bench.remove(RemovalMode.HANDOFF);
        assertThat(bench.takeRemoved()).containsExactly(bench.trigger());
    }

    private void assertSilent() {
        assertThat(bench.takeAllButTriggerClose()).isEmpty();
        assertThat(bench.suppressed()).as("guards that only the gate replaced").isEmpty();
    }

    @Test
    @DisplayName("I-89, L-54: a dispatcher that stops by itself is rescheduled while running")
    void controlTerminalStatusWhileRunning() {
        NodeId node = bench.nodeOf(1);

        bench.statuses(node, stopped(bench.dispatcher(1), 120));

        assertThat(bench.take(WorkerCommand.CreateDispatcher.class)).hasSize(1);
    }

    @Test
    @DisplayName("I-89, R1, S38: while removing, a terminal status is stored and reschedules nothing")
    void terminalStatusReschedulesNothing() {
        NodeId node = bench.nodeOf(1);
        DispatcherId dispatcher = bench.dispatcher(1);
        startHandoff();

        bench.statuses(node, stopped(dispatcher, 120));
        bench.pass(2_000);

        assertThat(bench.table(1)).containsExactly("REPLICATING@" + node);
        assertSilent();
    }

    @Test
    @DisplayName("R2, S38: while removing, a dispatcher that nobody knows is not removed as an orphan")
    void unknownWorkingDispatcherIsLeftAlone() {
        startHandoff();

        bench.statuses(N2, working(id(9), 150));

        assertSilent();
    }

    @Test
    @DisplayName("I-91: while running, a dispatcher that nobody knows is removed")
    void controlUnknownWorkingDispatcherWhileRunning() {
        bench.statuses(N2, working(id(9), 150));

        assertThat(bench.takeRemoved()).containsExactly(id(9));
    }

    @Test
    @DisplayName("R3, I-102, G1: while removing, the planner is not called, although spans wait and nodes come")
    void schedulerIsNotCalled() {
        MaintainerBench waiting = new MaintainerBench(
                5,
                100,
                HandoffManifest.EMPTY,
                (snapshot, budget) -> Plan.keep(new Reason("LAZY", "this planner places nothing")));
        waiting.members(N1, N2);
        waiting.answer(N1);
        waiting.answer(N2);
        waiting.loadTables(1, 2, 3);
        waiting.pass(2_000);
        int before = waiting.plans();
        assertThat(before).as("spans wait, so it is asked again and again").isGreaterThan(2);

        waiting.remove(RemovalMode.HANDOFF);
        waiting.members(N1, N2, N3);
        waiting.pass(20_000);

        assertThat(waiting.plans()).isEqualTo(before);
        assertThat(waiting.suppressed()).isEmpty();
    }

    @Test
    @DisplayName("R8: while removing, a node that dies changes nothing, and its watermark still caps")
    void nodeDeathIsIgnored() {
        bench.heartbeat(N1, 200, 10);
        bench.heartbeat(N2, 180, 10);
        bench.tick();
        startHandoff();

        bench.members(N1);
        bench.heartbeat(N1, 400, 10);
        bench.pass(5_000);

        assertThat(List.of(bench.table(1).get(0), bench.table(2).get(0)))
                .containsExactlyInAnyOrder("REPLICATING@n1", "REPLICATING@n2");
        assertThat(bench.checkpoint()).isEqualTo(180);
        assertSilent();
    }

    @Test
    @DisplayName("L-92, R7, S39: a frozen add keeps capping the checkpoint")
    void frozenAddCaps() {
        bench.ddl(110, MaintainerBench.createTable(3));
        bench.takeSent();
        bench.remove(RemovalMode.HANDOFF);
        bench.takeSent();

        bench.heartbeat(N2, 300, 50);
        bench.heartbeat(N1, 300, 50);
        bench.pass(500);
        bench.heartbeat(N1, 300, 51, stopped(bench.trigger(), 300));

        assertThat(bench.maintainer().status().checkpointTs()).isEqualTo(109);
        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);
    }

    @Test
    @DisplayName("S30, 3.4: while removing, watermarks and errors are stored and the checkpoint moves on below its cap")
    void progressAndErrorsAreStored() {
        bench.heartbeat(N1, 150, 10, working(bench.trigger(), 190));
        bench.heartbeat(N2, 150, 10);
        bench.tick();
        startHandoff();

        bench.heartbeat(N1, 170, 10);
        bench.heartbeat(N2, 160, 10);
        bench.errors(N2, new WorkerError(N2, ErrorCode.DISPATCHER_FAILED, "disk full"));
        bench.tick();

        assertThat(bench.checkpoint()).isEqualTo(160);
        assertThat(bench.maintainer().status().errors()).hasSize(1);
        assertSilent();
    }

    @Test
    @DisplayName(
            "G4, S40: the checkpoint never passes the trigger's last one, although no watermark includes it any more")
    void checkpointIsCappedAtTheTrigger() {
        bench.watermark(150, 10, N1, N2);
        startHandoff();

        bench.heartbeat(N1, 500, 10);
        bench.heartbeat(N2, 500, 10);
        bench.pass(500);
        assertThat(bench.checkpoint()).isEqualTo(150);

        bench.heartbeat(N1, 600, 10, stopped(bench.trigger(), 210));
        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);
        assertThat(bench.checkpoint()).isEqualTo(210);
    }

    @Test
    @DisplayName(
            "I-16, L-96, G6: the trigger's terminal state counts whatever its checkpoint, so the handoff completes")
    void terminalStateIsNotGatedByCheckpoint() {
        bench.heartbeat(N1, 150, 10, working(bench.trigger(), 150));
        bench.heartbeat(N2, 150, 10);
        bench.tick();
        startHandoff();

        bench.statuses(N1, stopped(bench.trigger(), 0));

        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);
        assertThat(bench.checkpoint()).isEqualTo(150);
    }

    @Test
    @DisplayName("G7: the trigger's status closes the maintainer at once, without another request or tick")
    void closeIsEvaluatedOnTheStatus() {
        startHandoff();

        Disposition disposition = bench.heartbeat(N1, 150, 10, stopped(bench.trigger(), 140));

        assertThat(disposition).isEqualTo(Disposition.APPLIED);
        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);
        assertThat(bench.maintainer().status().finalStatus()).isNotNull();
    }

    @Test
    @DisplayName("A trigger status from another node is nobody's")
    void triggerStatusFromElsewhereIsIgnored() {
        startHandoff();

        bench.statuses(N2, stopped(bench.trigger(), 140));

        assertThat(bench.phase()).isEqualTo(LifecyclePhase.REMOVING);
    }

    @Test
    @DisplayName("S47: after the final status nothing changes any more")
    void nothingAfterTheFinalStatus() {
        startHandoff();
        bench.heartbeat(N1, 150, 10, stopped(bench.trigger(), 140));
        long checkpoint = bench.checkpoint();

        Disposition late = bench.heartbeat(N2, 900, 99, stopped(bench.dispatcher(1), 900));
        bench.pass(1_000);

        assertThat(late).isEqualTo(Disposition.REFUSED);
        assertThat(bench.checkpoint()).isEqualTo(checkpoint);
        assertSilent();
    }
}
