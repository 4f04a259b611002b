package dev.maintainer.dispatcher;

import static dev.maintainer.dispatcher.WorkerBench.A;
import static dev.maintainer.dispatcher.WorkerBench.B;
import static dev.maintainer.dispatcher.WorkerBench.FEED;
import static dev.maintainer.dispatcher.WorkerBench.TRIGGER;
import static dev.maintainer.dispatcher.WorkerBench.epoch;
import static dev.maintainer.dispatcher.WorkerBench.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.JournalEntry;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.message.WorkerReport.CloseOutcome;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.Watermark;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WorkerContractTest {
    private final WorkerBench bench = new WorkerBench();

    private void blocked(long commitTs) {
        bench.fake(TRIGGER)
                .listener
                .blocked(TRIGGER, List.of(new BlockStatus(TRIGGER, commitTs, BlockStage.NONE, List.of())));
        bench.drain();
    }

    @Test
    @DisplayName("dispatchers are counted by state with each heartbeat, until their changefeed is closed")
    void dispatchersByState() {
        bench.bootstrap(A, 5);
        bench.create(A, 5, 1, 10);
        bench.create(A, 5, 2, 10);
        bench.working(id(1));
        bench.tick(10_000);
        assertThat(bench.manager.counters().dispatchers())
                .isEqualTo(Map.of(HostedState.WORKING, 1L, HostedState.INITIALIZING, 1L));

        bench.close(A, 5, RemovalMode.CLOSE);
        bench.tick(20_000);
        assertThat(bench.manager.counters().dispatchers()).isEqualTo(Map.of(HostedState.CLOSING, 2L));
        bench.stopped(id(1), id(2));
        assertThat(bench.manager.counters().dispatchers()).isEmpty();
    }

    @Test
    @DisplayName("L-111, O1: a bootstrap of another node under the same epoch, or of a lower epoch, changes nothing")
    void staleBootstrap() {
        bench.bootstrap(A, 5);
        bench.take();
        bench.bootstrap(B, 5);
        bench.bootstrap(B, 4);
        assertThat(bench.take(WorkerReport.CommandRefused.class))
                .extracting(WorkerReport.CommandRefused::currentEpoch)
                .containsExactly(epoch(5), epoch(5));
        assertThat(bench.manager.counters().of("Bootstrap", Disposition.STALE)).isEqualTo(2);
        assertThat(bench.fences).containsExactly(epoch(5));
    }

    @Test
    @DisplayName("O1: a sink that cannot be fenced leaves the ownership as it was")
    void fenceFails() {
        bench.bootstrap(A, 5);
        bench.failFence = true;
        bench.bootstrap(B, 6);
        assertThat(bench.last(WorkerReport.BootstrapFailed.class).error().code())
                .isEqualTo(ErrorCode.SINK_UNAVAILABLE);
        bench.create(A, 5, 1, 10);
        assertThat(bench.hosted()).containsExactly(id(1));
    }

    @Test
    @DisplayName(
            "L-112, O4: the owner cannot swap its trigger; a newer owner keeps the one that it names and ends any other")
    void triggerMismatch() {
        bench.bootstrapWithTrigger(A, 5, TRIGGER);
        bench.bootstrap(A, 5);
        bench.bootstrapWithTrigger(A, 5, new DispatcherId(8, 8));
        assertThat(bench.take(WorkerReport.BootstrapFailed.class))
                .extracting(failed -> failed.error().code())
                .containsExactly(ErrorCode.TRIGGER_MISMATCH, ErrorCode.TRIGGER_MISMATCH);
        bench.create(A, 5, 1, 10);
        assertThat(bench.hosted()).containsExactly(TRIGGER, id(1));
        bench.bootstrapWithTrigger(B, 6, TRIGGER);
        assertThat(bench.last(WorkerReport.BootstrapSnapshot.class).triggerStartTs())
                .isEqualTo(10);
        bench.bootstrap(A, 7);
        assertThat(bench.hosted()).containsExactly(id(1));
    }

    @Test
    @DisplayName("O4: a trigger that cannot be created leaves nothing behind")
    void triggerCreationFails() {
        bench.failCreate = true;
        bench.bootstrapWithTrigger(A, 5, TRIGGER);
        assertThat(bench.last(WorkerReport.BootstrapFailed.class).error().code())
                .isEqualTo(ErrorCode.DISPATCHER_CREATION_FAILED);
        bench.failCreate = false;
        bench.bootstrapWithTrigger(B, 4, TRIGGER);
        assertThat(bench.last(WorkerReport.BootstrapSnapshot.class).epoch()).isEqualTo(epoch(4));
    }

    @Test
    @DisplayName("S6: when the sink is fenced for a successor, the former owner creates nothing, whatever else fails")
    void fencedForASuccessor() {
        // given
        bench.bootstrap(A, 5);
        // when the successor's trigger cannot be created
        bench.failCreate = true;
        bench.bootstrapWithTrigger(B, 6, TRIGGER);
        assertThat(bench.last(WorkerReport.BootstrapFailed.class).error().code())
                .isEqualTo(ErrorCode.DISPATCHER_CREATION_FAILED);
        bench.failCreate = false;
        // then
        bench.create(A, 5, 1, 10);
        assertThat(bench.hosted()).isEmpty();
        assertThat(bench.take(WorkerReport.CommandRefused.class)).hasSize(1);
        // and the successor is answered when it asks again
        bench.bootstrapWithTrigger(B, 6, TRIGGER);
        assertThat(bench.last(WorkerReport.BootstrapSnapshot.class).epoch()).isEqualTo(epoch(6));
    }

    @Test
    @DisplayName("I-17: heartbeats say how many of its owner's requests a worker has executed")
    void heartbeatsSayHowFarItIs() {
        bench.hosts(A, 5, 1);
        assertThat(bench.heartbeatAfter(1_000).executed()).isEqualTo(1);
        // another owner counts anew
        bench.bootstrap(B, 6);
        assertThat(bench.heartbeatAfter(1_000).executed()).isZero();
    }

    @Test
    @DisplayName("I-17: who takes over by a close has asked for nothing yet")
    void heartbeatsAfterATakeOverClose() {
        bench.hosts(A, 5, 1);
        bench.close(B, 6, RemovalMode.CLOSE);
        assertThat(bench.hosted()).as("it closes").containsExactly(id(1));
        assertThat(bench.heartbeatAfter(1_000).executed()).isZero();
    }

    @Test
    @DisplayName("an epoch is a number: it is the owner's in whichever message it comes")
    void epochsAreNumbers() {
        OwnerFence fence = new OwnerFence(A, epoch(500));
        assertThat(fence.standingOf(A, epoch(500))).isEqualTo(OwnerFence.Standing.OWNER);
        assertThat(fence.standingOf(A, new MaintainerEpoch(epoch(500).value()))).isEqualTo(OwnerFence.Standing.OWNER);
        assertThat(fence.standingOf(B, epoch(500))).isEqualTo(OwnerFence.Standing.STALE);
        assertThat(fence.standingOf(A, epoch(499))).isEqualTo(OwnerFence.Standing.STALE);
        assertThat(fence.standingOf(B, epoch(501))).isEqualTo(OwnerFence.Standing.SUCCESSOR);
    }

    @Test
    @DisplayName(
            "a bootstrap that was repeated before the removal of the trigger, and arrives after it, does not bring it back")
    void lateBootstrapAfterTheTriggerWasClosed() {
        bench.bootstrapWithTrigger(A, 5, TRIGGER);
        bench.remove(A, 5, TRIGGER);
        bench.stopped(TRIGGER);
        assertThat(bench.hosted()).isEmpty();

        bench.bootstrapWithTrigger(A, 5, TRIGGER);
        assertThat(bench.hosted()).isEmpty();

        // the next owner has one of its own, and may be on the same node
        bench.bootstrapWithTrigger(A, 6, new DispatcherId(8, 8));
        assertThat(bench.hosted()).containsExactly(new DispatcherId(8, 8));
    }

    @Test
    @DisplayName("what the trigger wanted acknowledged is forgotten when it is closed: nobody can, and nobody may")
    void blockStatusesOfATriggerThatIsClosed() {
        bench.bootstrapWithTrigger(A, 5, TRIGGER);
        blocked(100);
        bench.tick(1);
        assertThat(bench.take(WorkerReport.BlockStatusReport.class)).hasSize(1);

        bench.remove(A, 5, TRIGGER);
        bench.tick(60_000);
        assertThat(bench.take(WorkerReport.BlockStatusReport.class)).isEmpty();
        bench.stopped(TRIGGER);
        bench.bootstrapWithTrigger(B, 6, new DispatcherId(8, 8));
        bench.tick(60_000);
        assertThat(bench.take(WorkerReport.BlockStatusReport.class)).isEmpty();
    }

    @Test
    @DisplayName("the same when it ends by itself, or everything is closed")
    void blockStatusesOfATriggerThatEnds() {
        bench.bootstrapWithTrigger(A, 5, TRIGGER);
        blocked(100);
        bench.stopped(TRIGGER);
        bench.take();
        bench.tick(60_000);
        assertThat(bench.take(WorkerReport.BlockStatusReport.class)).isEmpty();

        WorkerBench closing = new WorkerBench();
        closing.bootstrapWithTrigger(A, 5, TRIGGER);
        closing.fake(TRIGGER)
                .listener
                .blocked(TRIGGER, List.of(new BlockStatus(TRIGGER, 100, BlockStage.NONE, List.of())));
        closing.drain();
        closing.close(A, 5, RemovalMode.CLOSE);
        closing.take();
        closing.tick(60_000);
        assertThat(closing.take(WorkerReport.BlockStatusReport.class)).isEmpty();
    }

    @Test
    @DisplayName("L-114, O3: after a close, nothing as old or older comes back")
    void tombstone() {
        bench.bootstrap(A, 5);
        bench.close(A, 5, RemovalMode.CLOSE);
        bench.bootstrap(A, 5);
        bench.bootstrap(A, 4);
        bench.create(A, 5, 1, 10);
        assertThat(bench.take(WorkerReport.CommandRefused.class)).hasSize(3);
        bench.bootstrap(B, 6);
        assertThat(bench.last(WorkerReport.BootstrapSnapshot.class).incarnation())
                .isEqualTo(8);
    }

    @Test
    @DisplayName(
            "what is kept for a changefeed outside of its sink goes when it ends for good, before that is said, once")
    void release() {
        bench.bootstrap(A, 5);
        bench.close(A, 5, RemovalMode.CLOSE);
        assertThat(bench.released).isEmpty();
        bench.close(A, 5, RemovalMode.DROP);
        bench.close(A, 5, RemovalMode.DROP);
        assertThat(bench.released).containsExactly(FEED);
    }

    @Test
    @DisplayName("a changefeed ends although what it kept cannot be given back")
    void releaseFails() {
        bench.throwing.add("release");
        bench.bootstrap(A, 5);
        bench.close(A, 5, RemovalMode.DROP);
        assertThat(bench.released).containsExactly(FEED);
        assertThat(bench.last(WorkerReport.CloseDone.class).outcome()).isEqualTo(CloseOutcome.CLOSED);
    }

    @Test
    @DisplayName("L-116, O3: a close for good after a close is remembered and answered at once")
    void closeTwice() {
        bench.bootstrap(A, 5);
        bench.close(A, 5, RemovalMode.CLOSE);
        bench.close(A, 5, RemovalMode.DROP);
        bench.close(A, 5, RemovalMode.CLOSE);
        assertThat(bench.take(WorkerReport.CloseDone.class))
                .extracting(WorkerReport.CloseDone::outcome)
                .containsExactly(CloseOutcome.CLOSED, CloseOutcome.CLOSED, CloseOutcome.CLOSED);
        assertThat(bench.manager.isDropped(FEED)).isTrue();
        assertThat(bench.manager.counters().of("CloseChangefeed", Disposition.DUPLICATE))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("L-119, O7: removing what is not there is answered at once, creating what is there changes nothing")
    void idempotence() {
        bench.hosts(A, 5, 1);
        bench.create(A, 5, 1, 10);
        assertThat(bench.manager.counters().of("CreateDispatcher", Disposition.DUPLICATE))
                .isEqualTo(1);
        bench.remove(A, 5, id(2));
        assertThat(bench.last(WorkerReport.Heartbeat.class).statuses())
                .containsExactly(new DispatcherStatus(id(2), ComponentState.STOPPED, 0));
        bench.remove(A, 5, id(1));
        bench.create(A, 5, 1, 10);
        bench.remove(A, 5, id(1));
        assertThat(bench.manager.counters().of("CreateDispatcher", Disposition.REFUSED))
                .isEqualTo(1);
        assertThat(bench.manager.counters().of("RemoveDispatcher", Disposition.DUPLICATE))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("O7, O12: a create that fails is a REMOVED status and an error, repeated every 5 s")
    void createFails() {
        bench.bootstrap(A, 5);
        bench.failCreate = true;
        bench.create(A, 5, 1, 10);
        WorkerReport.Heartbeat heartbeat = bench.last(WorkerReport.Heartbeat.class);
        assertThat(heartbeat.statuses()).containsExactly(new DispatcherStatus(id(1), ComponentState.REMOVED, 0));
        assertThat(heartbeat.errors()).hasSize(1);
        bench.tick(1_000);
        assertThat(bench.last(WorkerReport.Heartbeat.class).errors()).isEmpty();
        bench.tick(4_000);
        assertThat(bench.take(WorkerReport.Heartbeat.class))
                .anySatisfy(later -> assertThat(later.errors()).hasSize(1));
    }

    @Test
    @DisplayName("O5, O6: a snapshot lists what is closing, and removals of a former owner, but not the trigger")
    void snapshot() {
        bench.bootstrapWithTrigger(A, 5, TRIGGER);
        bench.create(A, 5, 1, 20);
        bench.create(A, 5, 2, 30);
        bench.remove(A, 5, id(1));
        bench.take();
        bench.bootstrapWithTrigger(B, 6, TRIGGER);
        WorkerReport.BootstrapSnapshot snapshot = bench.last(WorkerReport.BootstrapSnapshot.class);
        assertThat(snapshot.dispatchers())
                .extracting(dev.maintainer.api.message.DispatcherSnapshot::dispatcher)
                .containsExactly(id(1), id(2));
        assertThat(snapshot.journal()).extracting(JournalEntry::dispatcher).containsExactly(id(1));
        bench.stopped(id(1));
        bench.bootstrapWithTrigger(B, 6, TRIGGER);
        assertThat(bench.last(WorkerReport.BootstrapSnapshot.class).journal()).isEmpty();
    }

    @Test
    @DisplayName(
            "L-79, O8, O9, O10: insertion lowers the watermark with a higher sequence, the last status is included")
    void watermark() {
        bench.bootstrap(A, 5);
        bench.tick(200);
        assertThat(bench.last(WorkerReport.Heartbeat.class).watermark()).isNull();
        bench.create(A, 5, 1, 100);
        bench.tick(200);
        assertThat(bench.last(WorkerReport.Heartbeat.class).watermark()).isEqualTo(new Watermark(100, 105, 1));
        bench.create(A, 5, 2, 50);
        bench.fake(id(1)).checkpoint = 150;
        bench.working(id(2));
        assertThat(bench.last(WorkerReport.Heartbeat.class).watermark()).isEqualTo(new Watermark(50, 55, 2));
        bench.remove(A, 5, id(2));
        bench.fake(id(2)).checkpoint = 60;
        bench.stopped(id(2));
        WorkerReport.Heartbeat last = bench.last(WorkerReport.Heartbeat.class);
        assertThat(last.statuses()).containsExactly(new DispatcherStatus(id(2), ComponentState.STOPPED, 60));
        assertThat(last.watermark()).isEqualTo(new Watermark(50, 55, 2));
        bench.tick(200);
        assertThat(bench.last(WorkerReport.Heartbeat.class).watermark()).isEqualTo(new Watermark(150, 155, 2));
    }

    @Test
    @DisplayName("O11: every 10 s all statuses but those that are initializing")
    void completeStatus() {
        bench.hosts(A, 5, 1, 2);
        bench.working(id(1));
        bench.take();
        bench.tick(10_000);
        WorkerReport.Heartbeat heartbeat = bench.last(WorkerReport.Heartbeat.class);
        assertThat(heartbeat.complete()).isTrue();
        assertThat(heartbeat.statuses())
                .extracting(DispatcherStatus::dispatcher)
                .containsExactly(id(1));
    }

    @Test
    @DisplayName("O13: block statuses are repeated until acknowledged, and go to a new owner at once")
    void blockStatuses() {
        bench.bootstrapWithTrigger(A, 5, TRIGGER);
        bench.take();
        blocked(77);
        assertThat(bench.take(WorkerReport.BlockStatusReport.class)).hasSize(1);
        bench.tick(4_999);
        assertThat(bench.take(WorkerReport.BlockStatusReport.class)).isEmpty();
        bench.tick(1);
        assertThat(bench.take(WorkerReport.BlockStatusReport.class)).hasSize(1);
        bench.bootstrapWithTrigger(B, 6, TRIGGER);
        assertThat(bench.take()).anySatisfy(envelope -> {
            assertThat(envelope.to()).isEqualTo(B);
            assertThat(envelope.message()).isInstanceOf(WorkerReport.BlockStatusReport.class);
        });
        bench.command(B, new WorkerCommand.AcknowledgeBlockStatus(FEED, epoch(6), TRIGGER, 77));
        bench.tick(10_000);
        assertThat(bench.take(WorkerReport.BlockStatusReport.class)).isEmpty();
        assertThat(bench.fake(TRIGGER).acknowledged).isEqualTo(77);
    }

    @Test
    @DisplayName("G5: a trigger with unacknowledged DDLs closes, and says nothing about them any more")
    void closeWithUnacknowledged() {
        bench.bootstrapWithTrigger(A, 5, TRIGGER);
        blocked(77);
        bench.remove(A, 5, TRIGGER);
        bench.take();
        blocked(77);
        bench.tick(6_000);
        assertThat(bench.take(WorkerReport.BlockStatusReport.class)).isEmpty();
        bench.stopped(TRIGGER);
        assertThat(bench.last(WorkerReport.Heartbeat.class).statuses())
                .containsExactly(new DispatcherStatus(TRIGGER, ComponentState.STOPPED, 10));
    }

    @Test
    @DisplayName("L-124, O2: a stale acknowledgement or remove has no effect, and its sender is told the epoch")
    void staleCommands() {
        bench.bootstrapWithTrigger(A, 5, TRIGGER);
        bench.create(A, 5, 1, 10);
        bench.bootstrapWithTrigger(B, 6, TRIGGER);
        bench.take();
        bench.command(A, new WorkerCommand.AcknowledgeBlockStatus(FEED, epoch(5), TRIGGER, 77));
        bench.remove(A, 5, id(1));
        bench.close(A, 5, RemovalMode.DROP);
        assertThat(bench.fake(TRIGGER).acknowledged).isZero();
        assertThat(bench.fake(id(1)).closed).isFalse();
        assertThat(bench.sent)
                .hasSize(3)
                .allSatisfy(envelope -> assertThat(envelope.to()).isEqualTo(A));
        assertThat(bench.last(WorkerReport.CloseDone.class).outcome()).isEqualTo(CloseOutcome.REFUSED);
        assertThat(bench.manager.counters().stale())
                .containsKeys("AcknowledgeBlockStatus", "RemoveDispatcher", "CloseChangefeed");
    }

    @Test
    @DisplayName("O14: heartbeats go to the owner only, with its epoch")
    void redirect() {
        bench.hosts(A, 5, 1);
        bench.bootstrap(B, 6);
        bench.take();
        bench.working(id(1));
        assertThat(bench.take()).hasSize(1).allSatisfy(envelope -> {
            assertThat(envelope.to()).isEqualTo(B);
            assertThat(((WorkerReport) envelope.message()).epoch()).isEqualTo(epoch(6));
        });
    }

    @Test
    @DisplayName("L-121, O15: without membership all is abandoned, and nothing is heard or said")
    void sessionLost() {
        bench.hosts(A, 5, 1);
        bench.take();
        bench.manager.handle(new WorkerInput.SessionLost(), bench.now);
        assertThat(bench.fake(id(1)).abandoned).isTrue();
        bench.bootstrap(B, 6);
        bench.working(id(1));
        bench.tick(20_000);
        assertThat(bench.take()).isEmpty();
        assertThat(bench.manager.counters().of("Bootstrap", Disposition.REFUSED))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("O16: a close ends everything, and says so when it has")
    void close() {
        bench.bootstrapWithTrigger(A, 5, TRIGGER);
        bench.create(A, 5, 1, 10);
        bench.close(A, 5, RemovalMode.DROP);
        assertThat(bench.last(WorkerReport.CloseDone.class).outcome()).isEqualTo(CloseOutcome.CLOSING);
        bench.stopped(id(1));
        assertThat(bench.take(WorkerReport.CloseDone.class)).isEmpty();
        bench.stopped(TRIGGER);
        assertThat(bench.last(WorkerReport.CloseDone.class).outcome()).isEqualTo(CloseOutcome.CLOSED);
        assertThat(bench.hosted()).isEmpty();
    }

    @Test
    @DisplayName("G15: a close under a higher epoch takes over and closes")
    void takeOverClose() {
        bench.bootstrapWithTrigger(A, 5, TRIGGER);
        bench.close(B, 6, RemovalMode.DROP);
        assertThat(bench.fake(TRIGGER).closed).isTrue();
        bench.take();
        bench.stopped(TRIGGER);
        assertThat(bench.take())
                .allSatisfy(envelope -> assertThat(envelope.to()).isEqualTo(B));
        bench.bootstrap(A, 6);
        assertThat(bench.take(WorkerReport.CommandRefused.class)).hasSize(1);
    }

    @Test
    @DisplayName("L-109, G16: a bootstrap waits until a close has ended, then begins a new incarnation")
    void bootstrapWhileClosing() {
        bench.hosts(A, 5, 1);
        bench.close(A, 5, RemovalMode.CLOSE);
        bench.bootstrap(B, 6);
        assertThat(bench.last(WorkerReport.BootstrapFailed.class).error().code())
                .isEqualTo(ErrorCode.WORKER_CLOSING);
        bench.stopped(id(1));
        bench.bootstrap(B, 6);
        WorkerReport.BootstrapSnapshot snapshot = bench.last(WorkerReport.BootstrapSnapshot.class);
        assertThat(snapshot.incarnation()).isEqualTo(8);
        assertThat(snapshot.dispatchers()).isEmpty();
    }

    @Test
    void postBootstrapBeginsTheTrigger() {
        bench.bootstrapWithTrigger(A, 5, TRIGGER);
        bench.command(A, new WorkerCommand.PostBootstrap(FEED, epoch(5), id(3)));
        assertThat(bench.last(WorkerReport.PostBootstrapDone.class).error()).isNotNull();
        bench.command(A, new WorkerCommand.PostBootstrap(FEED, epoch(5), TRIGGER));
        assertThat(bench.last(WorkerReport.PostBootstrapDone.class).error()).isNull();
        assertThat(bench.fake(TRIGGER).begun).isEqualTo(1);
    }
}
