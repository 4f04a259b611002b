package dev.maintainer.dispatcher;

import static dev.maintainer.dispatcher.WorkerBench.A;
import static dev.maintainer.dispatcher.WorkerBench.B;
import static dev.maintainer.dispatcher.WorkerBench.TRIGGER;
import static dev.maintainer.dispatcher.WorkerBench.epoch;
import static dev.maintainer.dispatcher.WorkerBench.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.Watermark;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A successor that hears of this node after it has placed every table elsewhere, or that finds an old trigger. */
class LateBootstrapTest {
    private static final DispatcherId NEXT_TRIGGER = new DispatcherId(8, 8);

    private final WorkerBench bench = new WorkerBench();

    @BeforeEach
    void theFormerOwnerHasTwoTablesHere() {
        bench.bootstrap(A, 5);
        bench.create(A, 5, 1, 20);
        bench.create(A, 5, 2, 30);
        bench.working(id(1), id(2));
        bench.take();
    }

    @Test
    @DisplayName("Late node: what older owners left is abandoned before the sink is fenced, and reported to nobody")
    void abandonedBeforeTheFence() {
        bench.onFence = () -> assertThat(bench.fake(id(1)).abandoned && bench.fake(id(2)).abandoned)
                .isTrue();
        bench.lateBootstrap(B, 6);
        WorkerReport.BootstrapSnapshot snapshot = bench.last(WorkerReport.BootstrapSnapshot.class);
        assertThat(snapshot.dispatchers()).isEmpty();
        assertThat(snapshot.epoch()).isEqualTo(epoch(6));
        assertThat(bench.hosted()).isEmpty();
        assertThat(bench.fences).last().isEqualTo(epoch(6));
        bench.tick(20_000);
        assertThat(bench.take(WorkerReport.Heartbeat.class))
                .allSatisfy(heartbeat -> assertThat(heartbeat.statuses()).isEmpty())
                .last()
                .extracting(WorkerReport.Heartbeat::watermark)
                .isNull();
    }

    @Test
    @DisplayName("Late node: a first bootstrap keeps what runs, as ever")
    void anOrdinaryTakeoverAdopts() {
        bench.bootstrap(B, 6);
        assertThat(bench.last(WorkerReport.BootstrapSnapshot.class).dispatchers())
                .hasSize(2);
        assertThat(bench.fake(id(1)).abandoned).isFalse();
    }

    @Test
    @DisplayName("Late node: repeated, it leaves alone what the owner has placed since")
    void sameEpochStays() {
        bench.lateBootstrap(B, 6);
        bench.create(B, 6, 3, 40);
        bench.lateBootstrap(B, 6);
        assertThat(bench.hosted()).containsExactly(id(3));
        assertThat(bench.last(WorkerReport.BootstrapSnapshot.class).dispatchers())
                .hasSize(1);
    }

    @Test
    @DisplayName("Late node: a first bootstrap that arrives after the late one brings nothing back")
    void theFirstAfterTheLate() {
        bench.lateBootstrap(B, 6);
        bench.bootstrap(B, 6);
        assertThat(bench.take(WorkerReport.BootstrapSnapshot.class))
                .hasSize(2)
                .allSatisfy(snapshot -> assertThat(snapshot.dispatchers()).isEmpty());
    }

    @Test
    @DisplayName("Late node: asked first, then late under one epoch, it abandons what it kept, and says so")
    void lateAfterTheFirst() {
        bench.bootstrap(B, 6);
        bench.take();
        bench.lateBootstrap(B, 6);
        assertThat(bench.hosted()).isEmpty();
        List<WorkerReport.Heartbeat> told = bench.take(WorkerReport.Heartbeat.class);
        assertThat(told).flatMap(WorkerReport.Heartbeat::statuses).hasSize(2);
        assertThat(told.get(0).watermark()).extracting(Watermark::checkpointTs).isEqualTo(20L);
    }

    @Test
    @DisplayName("Late node: removals that a former owner asked for are forgotten with their dispatchers")
    void journalIsForgotten() {
        bench.remove(A, 5, id(1));
        bench.lateBootstrap(B, 6);
        assertThat(bench.last(WorkerReport.BootstrapSnapshot.class).journal()).isEmpty();
        bench.stopped(id(1));
        assertThat(bench.manager.counters().of("DispatcherStopped", Disposition.STALE))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("Late node: one that cannot be abandoned may write, so the new owner has to wait")
    void stuck() {
        bench.fake(id(1)).throwing.add("abandon");
        bench.fake(id(1)).throwing.add("close");
        bench.lateBootstrap(B, 6);
        assertThat(bench.last(WorkerReport.BootstrapFailed.class).error().code())
                .isEqualTo(ErrorCode.WORKER_CLOSING);
        assertThat(bench.fences).doesNotContain(epoch(6));
        bench.fake(id(1)).throwing.clear();
        bench.lateBootstrap(B, 6);
        assertThat(bench.last(WorkerReport.BootstrapSnapshot.class).dispatchers())
                .isEmpty();
    }

    @Test
    @DisplayName("Late node: a close that came before stays in force")
    void tombstone() {
        bench.close(A, 5, RemovalMode.CLOSE);
        bench.stopped(id(1), id(2));
        bench.lateBootstrap(B, 5);
        assertThat(bench.take(WorkerReport.CommandRefused.class)).hasSize(1);
    }

    @Test
    @DisplayName("Fenced maintainer: its trigger is abandoned for a newer owner, which makes its own")
    void theTriggerOfAFencedOwner() {
        bench.close(A, 5, RemovalMode.CLOSE);
        bench.stopped(id(1), id(2));
        bench.bootstrapWithTrigger(A, 7, TRIGGER);
        bench.bootstrapWithTrigger(A, 8, NEXT_TRIGGER);
        assertThat(bench.fake(TRIGGER).abandoned).isTrue();
        assertThat(bench.hosted()).containsExactly(NEXT_TRIGGER);
        bench.bootstrap(B, 9);
        assertThat(bench.fake(NEXT_TRIGGER).abandoned).isTrue();
        assertThat(bench.hosted()).isEmpty();
        assertThat(bench.last(WorkerReport.BootstrapSnapshot.class).triggerStartTs())
                .isZero();
    }

    @Test
    @DisplayName("Fenced maintainer: if the sink cannot be fenced, the former owner stays and hears what was lost")
    void theFenceFails() {
        bench.failFence = true;
        bench.lateBootstrap(B, 6);
        assertThat(bench.take(WorkerReport.Heartbeat.class))
                .allSatisfy(heartbeat -> assertThat(heartbeat.epoch()).isEqualTo(epoch(5)))
                .flatMap(WorkerReport.Heartbeat::statuses)
                .hasSize(2);
    }
}
