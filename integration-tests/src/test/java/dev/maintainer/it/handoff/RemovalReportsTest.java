package dev.maintainer.it.handoff;

import static dev.maintainer.it.support.MaintainerBench.CHANGEFEED;
import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.N2;
import static dev.maintainer.it.support.MaintainerBench.N3;
import static dev.maintainer.it.support.MaintainerBench.dropTable;
import static dev.maintainer.it.support.MaintainerBench.stopped;
import static dev.maintainer.it.support.MaintainerBench.working;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.WorkerReport.CloseDone;
import dev.maintainer.api.message.WorkerReport.CloseOutcome;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.it.support.MaintainerBench;
import java.util.List;
import java.util.SortedSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A removal that does not come to its end says for whom it waits, and accuses nobody else. */
class RemovalReportsTest {
    private static final long LONG = 300_000;

    private final MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1, 2);
    private long seq = 50;

    private void handOff() {
        bench.remove(RemovalMode.HANDOFF);
    }

    private void closeEverything() {
        bench.remove(RemovalMode.DROP);
    }

    /** Time passes in which these nodes are heard; they say nothing of an end. */
    private void pass(long millis, NodeId... heard) {
        for (long passed = 0; passed < millis; passed += 1_000) {
            for (NodeId node : heard) {
                bench.heartbeat(node, 100, seq++);
            }
            bench.pass(1_000);
        }
    }

    private void closes(NodeId node, CloseOutcome outcome) {
        bench.report(node, new CloseDone(CHANGEFEED, bench.epoch(), outcome));
    }

    private SortedSet<NodeId> suspects() {
        assertThat(bench.phase()).isEqualTo(LifecyclePhase.REMOVING);
        return bench.maintainer().status().suspects();
    }

    private String stuck() {
        assertThat(bench.phase()).isEqualTo(LifecyclePhase.REMOVING);
        return bench.maintainer().status().errors().stream()
                .filter(error -> error.code() == ErrorCode.OPERATOR_STUCK)
                .map(WorkerError::message)
                .reduce("", String::concat);
    }

    // ---- what is stuck -----------------------------------------------------------------------------------------

    @Test
    @DisplayName("ADR 3: the close of the trigger that is never carried out is reported as stuck, as any operator is")
    void triggerClose() {
        handOff();
        pass(29_000, N1, N2);
        assertThat(stuck()).isEmpty();
        pass(2_000, N1, N2);
        assertThat(stuck()).contains("close of the DDL trigger dispatcher " + bench.trigger(), "waits for [n1]");
        assertThat(suspects()).as("it is heard").isEmpty();
    }

    @Test
    @DisplayName("the same when no operator drives it, as the own node has left the membership")
    void triggerCloseWithoutOperator() {
        bench.members(N2);
        handOff();
        pass(31_000, N2);
        assertThat(stuck()).contains("waits for [n1]");
    }

    @Test
    @DisplayName("a close that waits for a node which is heard, and does not close, names it")
    void closeOfANode() {
        closeEverything();
        closes(N1, CloseOutcome.CLOSED);
        for (int i = 0; i < 40; i++) {
            closes(N2, CloseOutcome.CLOSING);
            pass(1_000);
        }
        assertThat(stuck()).contains("close of the changefeed waits for [n2]");
        assertThat(suspects()).isEmpty();
    }

    @Test
    @DisplayName("what was stuck before is frozen, and nobody waits for it any more")
    void frozen() {
        bench.ddl(200, dropTable(2));
        pass(31_000, N1, N2);
        assertThat(bench.maintainer().status().errors())
                .extracting(WorkerError::code)
                .contains(ErrorCode.OPERATOR_STUCK);
        handOff();
        assertThat(stuck()).isEmpty();
    }

    // ---- who is silent -----------------------------------------------------------------------------------------

    @Test
    @DisplayName("ADR 14: the own worker that never answers the close of the trigger is suspect, and nobody else is")
    void ownWorkerInAHandoff() {
        handOff();
        pass(LONG);
        assertThat(suspects()).containsExactly(N1);
        assertThat(bench.maintainer().status().errors())
                .extracting(WorkerError::code)
                .contains(ErrorCode.NODE_SUSPECT);
    }

    @Test
    @DisplayName("ADR 14: a member that never answers a close is suspect; who has closed is not")
    void memberInAClose() {
        closeEverything();
        closes(N1, CloseOutcome.CLOSED);
        pass(LONG);
        assertThat(suspects()).containsExactly(N2);
    }

    @Test
    @DisplayName("one that came after the close began is waited for as well, and one word of it counts")
    void newMemberInAClose() {
        closeEverything();
        closes(N1, CloseOutcome.CLOSED);
        closes(N2, CloseOutcome.CLOSED);
        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);

        MaintainerBench other = MaintainerBench.settled(List.of(N1, N2), 1, 2);
        other.remove(RemovalMode.DROP);
        other.members(N1, N2, N3);
        other.report(N1, new CloseDone(CHANGEFEED, other.epoch(), CloseOutcome.CLOSED));
        other.report(N2, new CloseDone(CHANGEFEED, other.epoch(), CloseOutcome.CLOSED));
        other.pass(30_000);
        assertThat(other.maintainer().status().suspects()).containsExactly(N3);
        other.report(N3, new CloseDone(CHANGEFEED, other.epoch(), CloseOutcome.CLOSING));
        assertThat(other.maintainer().status().suspects()).isEmpty();
    }

    @Test
    @DisplayName("a handoff that becomes a close waits for all")
    void handoffThatBecomesAClose() {
        handOff();
        pass(30_000, N1);
        assertThat(suspects()).isEmpty();
        closeEverything();
        pass(30_000, N1);
        assertThat(suspects()).containsExactly(N2);
    }

    @Test
    @DisplayName("who was suspect before stays so, as it is still not heard; one word, and it is not")
    void suspectBefore() {
        pass(30_000);
        handOff();
        pass(LONG);
        assertThat(suspects()).containsExactly(N1, N2);
        bench.heartbeat(N2, 100, seq++);
        assertThat(suspects()).containsExactly(N1);
        bench.members(N2);
        pass(5_000);
        assertThat(suspects()).as("it has left").isEmpty();
    }

    @Test
    @DisplayName("a maintainer that has closed accuses nobody")
    void closed() {
        pass(30_000);
        handOff();
        bench.heartbeat(N1, 100, seq++, stopped(bench.trigger(), 100));
        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);
        assertThat(bench.maintainer().status().suspects()).isEmpty();
    }

    // ---- and the checkpoint ------------------------------------------------------------------------------------

    @Test
    @DisplayName(
            "a table is dropped, and ends with the trigger before the removal is confirmed: the last word is in no gap")
    void dropAmidAHandoff() {
        bench.heartbeat(N1, 120, seq++, working(bench.dispatcher(1), 120));
        bench.heartbeat(N2, 120, seq++, working(bench.dispatcher(2), 120));
        bench.ddl(200, dropTable(2));
        handOff();
        bench.heartbeat(N2, 300, seq++, stopped(bench.dispatcher(1), 130));
        bench.heartbeat(N1, 180, seq++, stopped(bench.trigger(), 180));
        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);
        assertThat(bench.checkpoint()).isLessThanOrEqualTo(120);
    }
}
