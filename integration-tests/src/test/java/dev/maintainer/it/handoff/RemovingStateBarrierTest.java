package dev.maintainer.it.handoff;

import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.N2;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.DispatcherSnapshot;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerCommand.AcknowledgeBarrierReport;
import dev.maintainer.api.message.WorkerCommand.ResolveBarrier;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockScope;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.core.RefusalDecision;
import dev.maintainer.it.support.MaintainerBench;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A maintainer that is being removed while dispatchers wait at a block event: it says nothing of it any more, and whoever
 * comes after it finishes the event.
 */
class RemovingStateBarrierTest {
    private static final BlockEvent SYNC = BlockEvent.syncPoint(200);

    /** How far the event is when the removal begins. */
    private enum When {
        /** One is missing. */
        COLLECTING,
        /** All wait, and the trigger was told to write. */
        WRITING,
        /** The sink has refused it, and nobody has decided. */
        REFUSED,
        /** The trigger has written, and the others were told to go on. */
        PASSING
    }

    private final MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1, 2);

    private void reach(When when) {
        bench.waiting(N1, SYNC, bench.trigger());
        bench.waiting(bench.nodeOf(1), SYNC, bench.dispatcher(1));
        if (when == When.COLLECTING) {
            return;
        }
        bench.waiting(bench.nodeOf(2), SYNC, bench.dispatcher(2));
        assertThat(bench.take(ResolveBarrier.class))
                .extracting(ResolveBarrier::action)
                .containsExactly(BarrierAction.WRITE);
        if (when == When.REFUSED) {
            bench.refused(N1, SYNC, 1, "the disk is full", bench.trigger());
        }
        if (when == When.PASSING) {
            bench.passed(N1, SYNC, 1, bench.trigger());
            assertThat(bench.take(ResolveBarrier.class))
                    .extracting(ResolveBarrier::action)
                    .containsOnly(BarrierAction.PASS);
        }
    }

    private void removed() {
        bench.remove(RemovalMode.HANDOFF);
        bench.takeSent();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("R9, S37: nothing of a barrier is repeated, whatever it waits for; only the close of the trigger is")
    void repeatsNothing(When when) {
        reach(when);
        removed();

        bench.pass(30_000);

        assertThat(bench.takeAllButTriggerClose()).isEmpty();
        assertThat(bench.suppressed()).as("guards that only the gate replaced").isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "R9, S37: reports of block events are neither taken in nor acknowledged, so workers keep them for the next owner")
    void answersNothing(When when) {
        reach(when);
        removed();

        assertThat(bench.waiting(bench.nodeOf(2), SYNC, bench.dispatcher(2))).isEqualTo(Disposition.REFUSED);
        assertThat(bench.passed(N1, SYNC, 1, bench.trigger())).isEqualTo(Disposition.REFUSED);

        assertThat(bench.takeAllButTriggerClose()).isEmpty();
        assertThat(bench.suppressed()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("R1, R2, S38: heartbeats amid a barrier heal nothing, remove no stranger, and prove nothing")
    void heartbeats(When when) {
        reach(when);
        removed();

        bench.statuses(bench.nodeOf(1), MaintainerBench.stopped(bench.dispatcher(1), 199));
        bench.statuses(bench.nodeOf(2), MaintainerBench.working(bench.dispatcher(2), 300));
        bench.statuses(N2, MaintainerBench.working(MaintainerBench.id(77), 300));
        bench.heartbeat(N2, 300, 50);
        bench.pass(2_000);

        assertThat(bench.takeAllButTriggerClose()).isEmpty();
        assertThat(bench.suppressed()).isEmpty();
        assertThat(bench.table(1)).containsExactly("REPLICATING@" + bench.nodeOf(1));
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName(
            "L-86, S36: quiesced amid a barrier, the operator controller runs the close of the trigger and nothing else")
    void quiesced(When when) {
        reach(when);
        if (when != When.PASSING) {
            bench.statuses(bench.nodeOf(2), MaintainerBench.stopped(bench.dispatcher(2), 199));
        }
        bench.takeSent();
        bench.remove(RemovalMode.HANDOFF);

        assertThat(bench.takeRemoved()).containsExactly(bench.trigger());
        bench.waiting(N1, SYNC, bench.dispatcher(2));
        bench.waiting(N2, SYNC, bench.dispatcher(2));
        bench.statuses(N1, MaintainerBench.working(bench.dispatcher(2), 199));
        bench.statuses(N2, MaintainerBench.working(bench.dispatcher(2), 199));
        bench.members(N1, N2, MaintainerBench.N3);
        bench.pass(9_000);

        assertThat(bench.takeAllButTriggerClose()).isEmpty();
        assertThat(bench.suppressed()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    @DisplayName("G5: a removal does not wait for a barrier: the trigger closes and abandons what was not acknowledged")
    void doesNotWait(When when) {
        reach(when);
        removed();

        bench.heartbeat(N1, 199, 50, new DispatcherStatus(bench.trigger(), ComponentState.STOPPED, 199));

        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);
        assertThat(bench.checkpoint())
                .as("nobody has passed the event for good")
                .isLessThan(200);
    }

    @ParameterizedTest
    @EnumSource(RefusalDecision.class)
    @DisplayName("R9: what somebody decides about a refused event comes too late; the successor asks the sink anew")
    void decidesNothing(RefusalDecision decision) {
        reach(When.REFUSED);
        removed();

        assertThat(bench.decide(SYNC.key(), 1, decision)).isEqualTo(Disposition.REFUSED);

        assertThat(bench.takeAllButTriggerClose()).isEmpty();
        assertThat(bench.suppressed()).isEmpty();
        assertThat(bench.maintainer().status().errors()).isEmpty();
    }

    @Test
    @DisplayName("the tables that a DDL would change stay as they are: its DONE comes too late")
    void changesNoTable() {
        BlockEvent drop = new BlockEvent(
                new BlockKey(200, BlockKind.DDL),
                new BlockScope.Tables(List.of(new TableId(1))),
                List.of(new TableChange.DropTable(new TableId(1))),
                "DROP TABLE one");
        bench.waiting(N1, drop, bench.trigger());
        bench.waiting(bench.nodeOf(1), drop, bench.dispatcher(1));
        removed();

        bench.passed(N1, drop, 1, bench.trigger());
        bench.pass(1_000);

        assertThat(bench.table(1)).hasSize(1);
        assertThat(bench.takeAllButTriggerClose()).isEmpty();
    }

    @Test
    @DisplayName("the successor is told again who waits, collects the event anew, and it ends")
    void successorFinishes() {
        MaintainerBench next = MaintainerBench.fresh();
        next.members(N1, N2);
        DispatcherSnapshot one = new DispatcherSnapshot(
                MaintainerBench.id(1),
                TableSpan.whole(new TableId(1)),
                MaintainerBench.SCHEMA,
                ComponentState.WORKING,
                199);
        next.answer(N1);
        next.answer(N2, one);
        assertThat(next.waiting(N2, SYNC, MaintainerBench.id(1)))
                .as("before it knows what there is")
                .isEqualTo(Disposition.REFUSED);
        next.loadTables(1);
        next.triggerBegun();
        next.takeSent();

        next.waiting(N2, SYNC, MaintainerBench.id(1));
        next.waiting(N1, SYNC, next.trigger());
        assertThat(next.take(ResolveBarrier.class))
                .extracting(ResolveBarrier::action)
                .containsExactly(BarrierAction.WRITE);
        next.passed(N1, SYNC, 1, next.trigger());
        assertThat(next.take(ResolveBarrier.class))
                .extracting(ResolveBarrier::action)
                .contains(BarrierAction.PASS);
        next.passed(N2, SYNC, 1, MaintainerBench.id(1));
        next.pass(5_000);
        assertThat(next.take(ResolveBarrier.class)).isEmpty();
    }

    @Test
    @DisplayName(
            "a trigger that still writes for a former owner is waited for like one that waits: its DONE is asked for again")
    void stillWriting() {
        bench.waiting(bench.nodeOf(1), SYNC, bench.dispatcher(1));
        bench.waiting(bench.nodeOf(2), SYNC, bench.dispatcher(2));
        bench.takeSent();

        bench.barrier(N1, 90, Long.MAX_VALUE, SYNC, BlockStage.WRITING, 0, bench.trigger());

        assertThat(bench.take(ResolveBarrier.class))
                .extracting(ResolveBarrier::action)
                .containsExactly(BarrierAction.WRITE);
    }

    @Test
    @DisplayName("while running, the same reports are acknowledged")
    void controlWhileRunning() {
        bench.waiting(bench.nodeOf(1), SYNC, bench.dispatcher(1));

        assertThat(bench.take(AcknowledgeBarrierReport.class))
                .singleElement()
                .satisfies(acknowledged -> assertThat(acknowledged.deferred()).isEmpty());
    }
}
