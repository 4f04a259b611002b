package dev.maintainer.dispatcher;

import static dev.maintainer.dispatcher.WorkerBench.A;
import static dev.maintainer.dispatcher.WorkerBench.B;
import static dev.maintainer.dispatcher.WorkerBench.FEED;
import static dev.maintainer.dispatcher.WorkerBench.TRIGGER;
import static dev.maintainer.dispatcher.WorkerBench.epoch;
import static dev.maintainer.dispatcher.WorkerBench.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.message.BarrierProgress;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport.BarrierReport;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.PartialCommit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a worker does while dispatchers wait at block events. */
class BarrierTest {
    private static final BlockEvent SYNC = BlockEvent.syncPoint(30);
    private static final BlockKey OTHER = new BlockKey(30, BlockKind.DDL);

    private final WorkerBench bench = new WorkerBench();

    @BeforeEach
    void oneTableAndTheTrigger() {
        bench.bootstrapWithTrigger(A, 5, TRIGGER);
        bench.createParts(A, 5, "g");
        bench.take();
    }

    private void waits(DispatcherId dispatcher) {
        bench.fake(dispatcher).checkpoint = SYNC.key().waitingTs();
        bench.fake(dispatcher).listener.waiting(dispatcher, SYNC);
        bench.drain();
    }

    private void passed(DispatcherId dispatcher) {
        bench.fake(dispatcher).listener.passed(dispatcher, SYNC.key());
        bench.drain();
    }

    private void resolve(BlockKey event, BarrierAction action, long attempt) {
        bench.command(A, new WorkerCommand.ResolveBarrier(FEED, epoch(5), event, action, attempt));
    }

    private void acknowledge(long sequence, DispatcherId... deferred) {
        bench.command(A, new WorkerCommand.AcknowledgeBarrierReport(FEED, epoch(5), sequence, List.of(deferred)));
    }

    /** What is said within some time, as {@code STAGE of dispatchers}. */
    private List<String> saidWithin(long millis) {
        List<String> said = new ArrayList<>();
        for (long passed = 0; passed < millis; passed += 50) {
            bench.tick(50);
        }
        for (BarrierReport report : bench.take(BarrierReport.class)) {
            for (BarrierProgress progress : report.progress()) {
                said.add(progress.stage() + " of "
                        + progress.dispatchers().stream().map(DispatcherId::low).toList() + " in " + report.sequence());
            }
        }
        return said;
    }

    @Test
    @DisplayName(
            "O13: who waits is told at once, and together; until it is acknowledged it is repeated, ever more rarely")
    void toldAndRepeated() {
        waits(id(1));
        waits(id(2));
        assertThat(saidWithin(100)).containsExactly("WAITING of [1] in 1", "WAITING of [2] in 2");

        assertThat(saidWithin(10_000)).as("repetitions").hasSizeBetween(4, 7);
        acknowledge(bench.lastSequence());
        assertThat(saidWithin(10_000)).isEmpty();
    }

    @Test
    @DisplayName("an acknowledgement of an older report acknowledges nothing that was said again since")
    void olderReport() {
        waits(id(1));
        saidWithin(50);
        saidWithin(300);

        acknowledge(1);

        assertThat(saidWithin(5_000)).isNotEmpty();
    }

    @Test
    @DisplayName("UP-17: who is deferred says so again after 50 ms")
    void deferred() {
        waits(id(1));
        saidWithin(50);
        acknowledge(1, id(1));

        assertThat(saidWithin(100)).containsExactly("WAITING of [1] in 2");
    }

    @Test
    @DisplayName("PASS goes to all that wait at this very event, and each says when it has gone on")
    void pass() {
        waits(id(1));
        waits(id(2));
        resolve(OTHER, BarrierAction.PASS, 1);
        assertThat(bench.fake(id(1)).resolved).isEmpty();

        resolve(SYNC.key(), BarrierAction.PASS, 1);
        assertThat(bench.fake(id(1)).resolved).containsExactly("PASS " + SYNC.key());
        assertThat(bench.fake(id(2)).resolved).hasSize(1);

        saidWithin(50);
        passed(id(1));
        assertThat(saidWithin(50)).contains("DONE of [1] in " + bench.lastSequence());
    }

    @Test
    @DisplayName("WRITE is for the trigger, whoever else waits here")
    void write() {
        waits(id(1));
        waits(TRIGGER);

        resolve(SYNC.key(), BarrierAction.WRITE, 1);

        assertThat(bench.fake(id(1)).resolved).isEmpty();
        assertThat(bench.fake(TRIGGER).resolved).containsExactly("WRITE " + SYNC.key());
    }

    @Test
    @DisplayName("#4331, #6084: a repeated WRITE is not answered before it is written")
    void repeatedWrite() {
        waits(TRIGGER);
        saidWithin(50);
        acknowledge(1);
        resolve(SYNC.key(), BarrierAction.WRITE, 1);
        resolve(SYNC.key(), BarrierAction.WRITE, 1);

        assertThat(saidWithin(1_000)).isEmpty();
        assertThat(bench.fake(TRIGGER).resolved).hasSize(1);
        passed(TRIGGER);
        assertThat(saidWithin(50)).containsExactly("DONE of [9] in 2");
        resolve(SYNC.key(), BarrierAction.WRITE, 2);
        assertThat(saidWithin(50)).as("its word may be lost").containsExactly("DONE of [9] in 3");
    }

    private void refused(String reason) {
        bench.fake(TRIGGER).listener.refused(TRIGGER, SYNC.key(), reason);
        bench.drain();
    }

    @Test
    @DisplayName("what the sink refuses is told with its reason, and not tried again before the owner wants it anew")
    void refusedWrite() {
        waits(TRIGGER);
        resolve(SYNC.key(), BarrierAction.WRITE, 1);
        refused("no such table");

        bench.tick(50);
        assertThat(bench.take(BarrierReport.class))
                .flatExtracting(BarrierReport::progress)
                .last()
                .isEqualTo(new BarrierProgress(SYNC, BlockStage.REFUSED, 1, List.of(TRIGGER), "no such table"));

        resolve(SYNC.key(), BarrierAction.WRITE, 1);
        assertThat(bench.fake(TRIGGER).resolved)
                .as("the repetition of what it has answered")
                .hasSize(1);
        assertThat(saidWithin(50)).as("it answers that again").hasSize(1);

        resolve(SYNC.key(), BarrierAction.WRITE, 2);
        assertThat(bench.fake(TRIGGER).resolved).hasSize(2);
        passed(TRIGGER);
        assertThat(saidWithin(50)).contains("DONE of [" + TRIGGER.low() + "] in " + bench.lastSequence());
    }

    @Test
    @DisplayName("what was refused and is skipped is passed like what somebody else has executed")
    void skipped() {
        waits(TRIGGER);
        resolve(SYNC.key(), BarrierAction.WRITE, 1);
        refused("no such table");

        resolve(SYNC.key(), BarrierAction.PASS, 1);

        assertThat(bench.fake(TRIGGER).resolved).endsWith("PASS " + SYNC.key());
    }

    @Test
    @DisplayName("a dispatcher that was not told to write cannot refuse, and a long reason is cut")
    void strangeRefusal() {
        waits(TRIGGER);
        saidWithin(50);
        refused("no such table");
        assertThat(bench.take(BarrierReport.class)).isEmpty();

        resolve(SYNC.key(), BarrierAction.WRITE, 1);
        refused("no".repeat(100_000));
        bench.tick(50);
        assertThat(bench.take(BarrierReport.class))
                .flatExtracting(BarrierReport::progress)
                .allSatisfy(progress -> assertThat(progress.refusal()).hasSize(BarrierStandings.MOST_SAID));
    }

    @Test
    @DisplayName("a new owner is told that the trigger waits, not what the old one's attempt came to")
    void refusedUnderFormerOwner() {
        waits(TRIGGER);
        resolve(SYNC.key(), BarrierAction.WRITE, 1);
        refused("no such table");
        bench.take();

        bench.bootstrap(A, 6);
        assertThat(saidWithin(50)).allSatisfy(said -> assertThat(said).startsWith("WAITING"));
    }

    @Test
    @DisplayName("a dispatcher that goes on without being told is not believed")
    void untold() {
        waits(id(1));
        saidWithin(50);
        acknowledge(1);

        passed(id(1));

        assertThat(saidWithin(1_000)).isEmpty();
    }

    @Test
    @DisplayName("the trigger's checkpoint may pass an event when the owner knows that it was executed")
    void acknowledged() {
        waits(TRIGGER);
        saidWithin(50);
        acknowledge(1);
        assertThat(bench.fake(TRIGGER).acknowledged).isZero();
        resolve(SYNC.key(), BarrierAction.WRITE, 1);
        passed(TRIGGER);
        saidWithin(50);

        acknowledge(2);

        assertThat(bench.fake(TRIGGER).acknowledged).isEqualTo(30);
    }

    @Test
    @DisplayName("a new owner is told who waits, whatever the old one has acknowledged")
    void newOwner() {
        waits(id(1));
        saidWithin(50);
        acknowledge(1);

        bench.bootstrap(B, 6);

        assertThat(saidWithin(50)).contains("WAITING of [1] in 2");
    }

    @Test
    @DisplayName("UP-16: what ends is forgotten, and says nothing any more")
    void ended() {
        waits(id(1));
        saidWithin(50);
        bench.remove(A, 5, id(1));
        bench.stopped(id(1));

        assertThat(saidWithin(10_000)).isEmpty();
    }

    @Test
    @DisplayName("a dispatcher that cannot be told stays, and is told with the next repetition")
    void cannotBeTold() {
        waits(id(1));
        bench.fake(id(1)).throwing.add("resolve");
        resolve(SYNC.key(), BarrierAction.PASS, 1);
        bench.fake(id(1)).throwing.clear();

        resolve(SYNC.key(), BarrierAction.PASS, 1);

        assertThat(bench.fake(id(1)).resolved).hasSize(1);
    }

    @Test
    @DisplayName(
            "UP-19: dispatchers that are merged while they wait leave a target that begins where the least of them is")
    void merged() {
        bench.fake(id(1)).checkpoint = 29;
        bench.fake(id(1)).listener.waiting(id(1), SYNC);
        bench.fake(id(2)).checkpoint = 29;
        bench.fake(id(2)).listener.waiting(id(2), new BlockEvent(OTHER, SYNC.scope(), List.of(), "DDL"));
        bench.drain();

        bench.merge(A, 5, 9, 3, 1, 2);
        bench.stopped(id(1));
        bench.stopped(id(2));

        assertThat(bench.fake(id(3)).spec.startTs()).isEqualTo(29);
        assertThat(bench.fake(id(3)).spec.partial()).isEqualTo(PartialCommit.ROWS);
    }

    @Test
    @DisplayName("what was written behind a checkpoint is known of who waits there")
    void partial() {
        BarrierStandings standings = new BarrierStandings(1_000);
        standings.waiting(id(1), SYNC);
        assertThat(standings.partial(id(1), 29)).isEqualTo(PartialCommit.ROWS_AND_DDL);
        assertThat(standings.partial(id(1), 28)).isEqualTo(PartialCommit.NONE);
        assertThat(standings.partial(id(2), 29)).isEqualTo(PartialCommit.NONE);
        standings.waiting(id(1), new BlockEvent(OTHER, SYNC.scope(), List.of(), "DDL"));
        assertThat(standings.partial(id(1), 29)).isEqualTo(PartialCommit.ROWS);
        assertThat(standings.take(0))
                .singleElement()
                .satisfies(report -> assertThat(report.progress())
                        .extracting(BarrierProgress::stage)
                        .containsExactly(BlockStage.WAITING));
    }
}
