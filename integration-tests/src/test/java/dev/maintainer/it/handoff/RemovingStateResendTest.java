package dev.maintainer.it.handoff;

import static dev.maintainer.it.support.MaintainerBench.CHANGEFEED;
import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.N2;
import static dev.maintainer.it.support.MaintainerBench.N3;
import static dev.maintainer.it.support.MaintainerBench.createTable;
import static dev.maintainer.it.support.MaintainerBench.stopped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.message.WorkerReport.CloseOutcome;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.it.support.MaintainerBench;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a maintainer that is being removed repeats, and what it does not. */
class RemovingStateResendTest {

    private static WorkerReport closed(MaintainerBench bench, CloseOutcome outcome) {
        return new WorkerReport.CloseDone(CHANGEFEED, bench.epoch(), outcome);
    }

    @Test
    @DisplayName(
            "I-167, L-102a, S43: a handoff request before bootstrap has ended is ignored, and the maintainer still bootstraps")
    void handoffBeforeBootstrapIsIgnored() {
        MaintainerBench bench = MaintainerBench.asking(N1, N2);

        assertThat(bench.remove(RemovalMode.HANDOFF)).isEqualTo(Disposition.REFUSED);
        bench.answer(N1);
        bench.answer(N2);
        bench.loadTables(1);

        assertThat(bench.phase()).isEqualTo(LifecyclePhase.RUNNING);
    }

    @Test
    @DisplayName("L-91, S37: pending bootstrap and post-bootstrap requests are not repeated")
    void bootstrapRequestsAreNotRepeated() {
        MaintainerBench bench = MaintainerBench.asking(N1);
        bench.answer(N1);
        bench.loadTables(1);
        bench.members(N1, N2);
        bench.takeSent();

        bench.remove(RemovalMode.HANDOFF);
        bench.takeSent();
        bench.pass(9_000);

        assertThat(bench.takeAllButTriggerClose()).isEmpty();
        assertThat(bench.suppressed()).isEmpty();
    }

    @Test
    @DisplayName("I-169, R10: a bootstrap answer that comes after removal has begun is refused")
    void lateBootstrapAnswerIsRefused() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1), 1);
        bench.members(N1, N2);
        bench.remove(RemovalMode.HANDOFF);
        bench.takeSent();

        assertThat(bench.answer(N2)).isEqualTo(Disposition.REFUSED);
        assertThat(bench.takeSent()).isEmpty();
    }

    @Test
    @DisplayName("L-91, R9, S37: block statuses are neither applied nor acknowledged")
    void blockStatusesAreIgnored() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1);
        bench.remove(RemovalMode.HANDOFF);
        bench.takeSent();

        assertThat(bench.ddl(150, createTable(2))).isEqualTo(Disposition.REFUSED);

        assertThat(bench.table(2)).isEmpty();
        assertThat(bench.takeSent()).isEmpty();
        assertThat(bench.suppressed()).isEmpty();
    }

    @Test
    @DisplayName("S36: the commands of an operator that was in flight are not repeated")
    void operatorCommandsAreNotRepeated() {
        MaintainerBench bench = MaintainerBench.running(List.of(N1, N2), 1, 2, 3);
        assertThat(bench.take(WorkerCommand.CreateDispatcher.class)).hasSize(3);
        bench.remove(RemovalMode.HANDOFF);
        bench.takeSent();

        bench.pass(60_000);

        assertThat(bench.takeSent())
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each.command())
                        .isInstanceOfSatisfying(
                                WorkerCommand.RemoveDispatcher.class,
                                remove -> assertThat(remove.dispatcher()).isEqualTo(bench.trigger())));
        assertThat(bench.suppressed()).isEmpty();
    }

    @Test
    @DisplayName("L4, G7: the close of the trigger is repeated every second until it is answered")
    void triggerCloseIsRepeated() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1), 1);
        bench.remove(RemovalMode.HANDOFF);
        assertThat(bench.take(WorkerCommand.RemoveDispatcher.class)).hasSize(1);

        bench.pass(10_000);
        assertThat(bench.take(WorkerCommand.RemoveDispatcher.class)).hasSize(10);

        bench.statuses(N1, stopped(bench.trigger(), 100));
        bench.pass(10_000);
        assertThat(bench.takeSent()).isEmpty();
    }

    @Test
    @DisplayName("S41: a handoff closes no table dispatcher and sends no close request")
    void handoffSendsNoCloseRequests() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1, 2);
        bench.remove(RemovalMode.HANDOFF);
        bench.pass(30_000);

        assertThat(bench.take(WorkerCommand.CloseChangefeed.class)).isEmpty();
    }

    @Test
    @DisplayName(
            "L-91: one close request of a removal that closes goes to each living node, and is repeated less and less often")
    void closeRequestsAreRepeated() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1);
        bench.remove(RemovalMode.CLOSE);
        assertThat(bench.takeSent()).extracting(MaintainerBench.Sent::to).containsExactly(N1, N2);

        bench.report(N1, closed(bench, CloseOutcome.CLOSED));
        bench.report(N2, closed(bench, CloseOutcome.CLOSING));
        bench.pass(10_000);

        List<MaintainerBench.Sent> repeated = bench.takeSent();
        assertThat(repeated).extracting(MaintainerBench.Sent::to).containsOnly(N2);
        assertThat(repeated).hasSizeBetween(8, 15);
        assertThat(bench.phase()).isEqualTo(LifecyclePhase.REMOVING);

        bench.report(N2, closed(bench, CloseOutcome.CLOSED));
        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);
    }

    @Test
    @DisplayName("L5, G10: a node that dies during a close is not waited for; one that joins is asked")
    void closeFollowsTheMembership() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1);
        bench.remove(RemovalMode.CLOSE);
        bench.takeSent();

        bench.report(N1, closed(bench, CloseOutcome.CLOSED));
        bench.members(N1, N3);
        bench.tick();
        assertThat(bench.takeSent()).extracting(MaintainerBench.Sent::to).containsOnly(N3);

        bench.report(N3, closed(bench, CloseOutcome.CLOSED));
        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);
    }

    @Test
    @DisplayName("A close is accepted before bootstrap has ended")
    void closeBeforeBootstrap() {
        MaintainerBench bench = MaintainerBench.asking(N1, N2);
        bench.takeSent();

        assertThat(bench.remove(RemovalMode.DROP)).isEqualTo(Disposition.APPLIED);

        assertThat(bench.take(WorkerCommand.CloseChangefeed.class))
                .hasSize(2)
                .allSatisfy(close -> assertThat(close.mode()).isEqualTo(RemovalMode.DROP));
        bench.pass(2_000);
        assertThat(bench.take(WorkerCommand.Bootstrap.class)).isEmpty();
    }

    @Test
    @DisplayName("L-102, G8, S46: the strongest request counts: a close, and then a handoff, is still a close")
    void requestsOnlyGrowStronger() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1), 1);
        bench.remove(RemovalMode.CLOSE);
        bench.takeSent();

        bench.remove(RemovalMode.HANDOFF);
        bench.statuses(N1, stopped(bench.trigger(), 100));

        assertThat(bench.phase()).isEqualTo(LifecyclePhase.REMOVING);
        bench.report(N1, closed(bench, CloseOutcome.CLOSED));
        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);
    }

    @Test
    @DisplayName("A handoff that becomes a close closes everything")
    void handoffCanBecomeClose() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1);
        bench.remove(RemovalMode.HANDOFF);
        bench.takeSent();

        assertThat(bench.remove(RemovalMode.CLOSE)).isEqualTo(Disposition.APPLIED);

        assertThat(bench.take(WorkerCommand.CloseChangefeed.class)).hasSize(2);
    }

    @Test
    @DisplayName("L-94, R12, S44: close answers count only during a removal that closes all, and of the own epoch")
    void closeAnswersOutOfPlaceDoNothing() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1), 1);

        assertThat(bench.report(N1, closed(bench, CloseOutcome.CLOSED))).isEqualTo(Disposition.REFUSED);
        bench.remove(RemovalMode.CLOSE);
        Disposition foreign =
                bench.report(N1, new WorkerReport.CloseDone(CHANGEFEED, new MaintainerEpoch(4), CloseOutcome.CLOSED));

        assertThat(foreign).isEqualTo(Disposition.STALE);
        assertThat(bench.phase()).isEqualTo(LifecyclePhase.REMOVING);
    }

    @Test
    @DisplayName("R13, S10: a removal of another epoch is stale")
    void removalOfAnotherEpochIsStale() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1), 1);

        Disposition old = bench.remove(new MaintainerEpoch(4), RemovalMode.DROP);
        Disposition future = bench.remove(new MaintainerEpoch(6), RemovalMode.DROP);

        assertThat(List.of(old, future)).containsOnly(Disposition.STALE);
        assertThat(bench.phase()).isEqualTo(LifecyclePhase.RUNNING);
    }

    @Test
    @DisplayName("I-179: a removal that arrives twice makes one close of the trigger")
    void removalTwiceIsIdempotent() {
        MaintainerBench bench = MaintainerBench.settled(List.of(N1), 1);

        assertThat(bench.remove(RemovalMode.HANDOFF)).isEqualTo(Disposition.APPLIED);
        assertThat(bench.remove(RemovalMode.HANDOFF)).isEqualTo(Disposition.DUPLICATE);

        assertThat(bench.take(WorkerCommand.RemoveDispatcher.class)).hasSize(1);
    }
}
