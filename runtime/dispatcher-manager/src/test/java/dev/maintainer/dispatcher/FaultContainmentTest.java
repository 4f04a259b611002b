package dev.maintainer.dispatcher;

import static dev.maintainer.dispatcher.WorkerBench.A;
import static dev.maintainer.dispatcher.WorkerBench.B;
import static dev.maintainer.dispatcher.WorkerBench.FEED;
import static dev.maintainer.dispatcher.WorkerBench.SELF;
import static dev.maintainer.dispatcher.WorkerBench.TRIGGER;
import static dev.maintainer.dispatcher.WorkerBench.epoch;
import static dev.maintainer.dispatcher.WorkerBench.id;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.message.WorkerReport.CloseOutcome;
import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.api.model.WorkerError;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Dispatchers and factories that throw what no contract mentions. */
class FaultContainmentTest {
    private final WorkerBench bench = new WorkerBench();

    private List<WorkerError> errors() {
        return bench.take(WorkerReport.Heartbeat.class).stream()
                .flatMap(heartbeat -> heartbeat.errors().stream())
                .toList();
    }

    @Test
    @DisplayName("a factory that throws anything: a REMOVED status and an error that names the dispatcher")
    void create() {
        bench.bootstrap(A, 5);
        bench.throwing.add("create");
        bench.create(A, 5, 1, 10);
        WorkerReport.Heartbeat heartbeat = bench.last(WorkerReport.Heartbeat.class);
        assertThat(heartbeat.statuses()).containsExactly(new DispatcherStatus(id(1), ComponentState.REMOVED, 0));
        assertThat(heartbeat.errors()).singleElement().satisfies(error -> {
            assertThat(error.code()).isEqualTo(ErrorCode.DISPATCHER_CREATION_FAILED);
            assertThat(error.message()).contains(id(1).toString()).contains("no create");
        });
        assertThat(bench.manager.counters().faults()).containsEntry("create", 1L);
        assertThat(bench.hosted()).isEmpty();
    }

    @Test
    @DisplayName(
            "a sink that says why it cannot be opened is logged in one line; a stack trace is for what nobody has foreseen")
    void expectedFailure() {
        // The module under test knows SLF4J alone.
        Module ours = FaultContainmentTest.class.getModule();
        for (String logback : List.of("ch.qos.logback.classic", "ch.qos.logback.core")) {
            ModuleLayer.boot().findModule(logback).ifPresent(ours::addReads);
        }
        bench.bootstrap(A, 5);
        ListAppender<ILoggingEvent> logged = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(DispatcherHosting.class);
        logger.addAppender(logged);
        logger.setLevel(Level.WARN);
        logger.setAdditive(false);
        logged.start();
        try {
            bench.throwing.add("open");
            bench.create(A, 5, 1, 10);
        } finally {
            logger.detachAppender(logged);
            logger.setLevel(null);
            logger.setAdditive(true);
        }
        assertThat(logged.list).singleElement().satisfies(event -> {
            assertThat(event.getFormattedMessage()).contains("no space left");
            assertThat(event.getThrowableProxy()).isNull();
        });
    }

    @Test
    @DisplayName("a dispatcher that cannot start is abandoned and not there; once removed it can be created again")
    void start() {
        bench.bootstrap(A, 5);
        bench.throwing.add("start");
        bench.create(A, 5, 1, 10);
        assertThat(bench.fake(id(1)).abandoned).isTrue();
        assertThat(bench.hosted()).isEmpty();
        bench.throwing.clear();
        bench.remove(A, 5, id(1));
        bench.create(A, 5, 1, 10);
        assertThat(bench.hosted()).containsExactly(id(1));
        bench.tick(5_000);
        bench.take();
        bench.tick(5_000);
        assertThat(errors()).isEmpty();
    }

    @Test
    @DisplayName(
            "one that can neither start nor be abandoned may write, so it stays, closing, until it surely has ended")
    void startAndAbandon() {
        bench.bootstrap(A, 5);
        bench.throwing.addAll(List.of("start", "abandon", "close"));
        bench.create(A, 5, 1, 10);
        assertThat(bench.last(WorkerReport.Heartbeat.class).statuses()).isEmpty();
        assertThat(bench.hosted()).containsExactly(id(1));
        bench.create(A, 5, 1, 10);
        assertThat(bench.manager.counters().of("CreateDispatcher", Disposition.REFUSED))
                .isEqualTo(2);
        bench.tick(10);
        assertThat(bench.hosted()).containsExactly(id(1));
        bench.throwing.remove("abandon");
        bench.tick(5_000);
        assertThat(bench.hosted()).isEmpty();
        assertThat(bench.take(WorkerReport.Heartbeat.class))
                .flatExtracting(WorkerReport.Heartbeat::statuses)
                .contains(new DispatcherStatus(id(1), ComponentState.STOPPED, 10));
    }

    @Test
    @DisplayName("a close that throws ends by abandoning: STOPPED, and late words of the dispatcher are stale")
    void close() {
        bench.hosts(A, 5, 1);
        bench.throwing.add("close");
        bench.remove(A, 5, id(1));
        WorkerReport.Heartbeat heartbeat = bench.last(WorkerReport.Heartbeat.class);
        assertThat(heartbeat.statuses()).containsExactly(new DispatcherStatus(id(1), ComponentState.STOPPED, 10));
        assertThat(heartbeat.errors()).extracting(WorkerError::code).containsExactly(ErrorCode.DISPATCHER_FAILED);
        bench.stopped(id(1));
        assertThat(bench.manager.counters().of("DispatcherStopped", Disposition.STALE))
                .isEqualTo(1);
    }

    @Test
    @DisplayName("a dispatcher that cannot be ended at all keeps the changefeed closing, and its word ends that")
    void stuckClose() {
        bench.hosts(A, 5, 1, 2);
        bench.throwing.addAll(List.of("close", "abandon"));
        bench.close(A, 5, RemovalMode.CLOSE);
        assertThat(bench.take(WorkerReport.CloseDone.class))
                .extracting(WorkerReport.CloseDone::outcome)
                .containsExactly(CloseOutcome.CLOSING);
        bench.tick(5_000);
        assertThat(bench.hosted()).containsExactly(id(1), id(2));
        bench.stopped(id(1));
        bench.throwing.clear();
        bench.tick(5_000);
        assertThat(bench.fake(id(2)).closed).isTrue();
        bench.stopped(id(2));
        assertThat(bench.last(WorkerReport.CloseDone.class).outcome()).isEqualTo(CloseOutcome.CLOSED);
    }

    @Test
    @DisplayName("abandoning what is stuck closes the changefeed by itself")
    void stuckCloseEnds() {
        bench.hosts(A, 5, 1);
        bench.throwing.addAll(List.of("close", "abandon"));
        bench.close(A, 5, RemovalMode.CLOSE);
        bench.take();
        bench.throwing.remove("abandon");
        bench.tick(5_000);
        assertThat(bench.last(WorkerReport.CloseDone.class).outcome()).isEqualTo(CloseOutcome.CLOSED);
    }

    @Test
    @DisplayName("a checkpoint that cannot be read is the last that could be; the error ends with its cause")
    void checkpoint() {
        bench.hosts(A, 5, 1);
        bench.fake(id(1)).checkpoint = 50;
        bench.tick(200);
        bench.take();
        bench.throwing.addAll(List.of("checkpointTs", "resolvedTs"));
        bench.tick(200);
        WorkerReport.Heartbeat heartbeat = bench.last(WorkerReport.Heartbeat.class);
        assertThat(heartbeat.watermark()).isEqualTo(new Watermark(50, 50, 1));
        assertThat(heartbeat.errors())
                .singleElement()
                .satisfies(error ->
                        assertThat(error.message()).contains(id(1).toString()).contains("checkpointTs"));
        bench.throwing.clear();
        bench.tick(200);
        bench.take();
        bench.tick(5_000);
        assertThat(errors()).isEmpty();
    }

    @Test
    @DisplayName("a trigger that cannot begin is an error of the post-bootstrap, which is repeated until it works")
    void begin() {
        bench.bootstrapWithTrigger(A, 5, TRIGGER);
        bench.throwing.add("begin");
        WorkerCommand post = new WorkerCommand.PostBootstrap(FEED, epoch(5), TRIGGER);
        bench.command(A, post);
        assertThat(bench.last(WorkerReport.PostBootstrapDone.class).error())
                .isNotNull()
                .satisfies(error -> assertThat(error.code()).isEqualTo(ErrorCode.DISPATCHER_FAILED));
        bench.throwing.clear();
        bench.command(A, post);
        assertThat(bench.last(WorkerReport.PostBootstrapDone.class).error()).isNull();
        assertThat(bench.fake(TRIGGER).begun).isEqualTo(1);
    }

    @Test
    @DisplayName("an acknowledgement that throws leaves the block status to be repeated")
    void acknowledge() {
        bench.bootstrapWithTrigger(A, 5, TRIGGER);
        bench.fake(TRIGGER)
                .listener
                .blocked(TRIGGER, List.of(new BlockStatus(TRIGGER, 40, BlockStage.NONE, List.of())));
        bench.drain();
        bench.throwing.add("acknowledge");
        bench.command(A, new WorkerCommand.AcknowledgeBlockStatus(FEED, epoch(5), TRIGGER, 40));
        bench.take();
        bench.tick(5_000);
        assertThat(bench.take(WorkerReport.BlockStatusReport.class)).hasSize(1);
        bench.throwing.clear();
        bench.command(A, new WorkerCommand.AcknowledgeBlockStatus(FEED, epoch(5), TRIGGER, 40));
        bench.take();
        bench.tick(5_000);
        assertThat(bench.take(WorkerReport.BlockStatusReport.class)).isEmpty();
    }

    @Test
    @DisplayName("a fence that throws anything leaves the ownership as it was, for a bootstrap and for a close")
    void fence() {
        bench.bootstrap(A, 5);
        bench.throwing.add("fence");
        bench.bootstrap(B, 6);
        assertThat(bench.last(WorkerReport.BootstrapFailed.class).error().code())
                .isEqualTo(ErrorCode.SINK_UNAVAILABLE);
        bench.close(B, 6, RemovalMode.CLOSE);
        assertThat(bench.last(WorkerReport.CloseDone.class).outcome()).isEqualTo(CloseOutcome.CLOSING);
        bench.create(A, 5, 1, 10);
        assertThat(bench.hosted()).containsExactly(id(1));
    }

    @Test
    @DisplayName("a trigger that can neither start nor be abandoned is not forgotten with a failed first bootstrap")
    void triggerStuck() {
        bench.throwing.addAll(List.of("start", "abandon", "close"));
        bench.bootstrapWithTrigger(A, 5, TRIGGER);
        assertThat(bench.last(WorkerReport.BootstrapFailed.class).error().code())
                .isEqualTo(ErrorCode.DISPATCHER_CREATION_FAILED);
        bench.bootstrapWithTrigger(A, 5, TRIGGER);
        assertThat(bench.last(WorkerReport.BootstrapFailed.class).error().code())
                .isEqualTo(ErrorCode.WORKER_CLOSING);
        bench.throwing.clear();
        bench.throwing.add("close");
        bench.tick(5_000);
        bench.bootstrapWithTrigger(A, 5, TRIGGER);
        assertThat(bench.last(WorkerReport.BootstrapSnapshot.class).triggerStartTs())
                .isEqualTo(10);
    }

    @Test
    @DisplayName("losing the session abandons every dispatcher, whatever the ones before it throw")
    void sessionLost() {
        bench.bootstrap(A, 5);
        bench.throwing.add("abandon");
        bench.create(A, 5, 1, 10);
        bench.throwing = new java.util.TreeSet<>();
        bench.create(A, 5, 2, 10);
        bench.manager.handle(new WorkerInput.SessionLost(), bench.now);
        assertThat(bench.fake(id(2)).abandoned).isTrue();
    }

    @Test
    @DisplayName("the error of a dispatcher that has gone is repeated three times, then dropped")
    void errorOfTheGone() {
        bench.hosts(A, 5, 1);
        bench.fake(id(1)).listener.failed(id(1), ErrorCode.DISPATCHER_FAILED, "disk on fire");
        bench.drain();
        assertThat(errors()).containsExactly(error("disk on fire"));
        bench.stopped(id(1));
        bench.take();
        int told = 0;
        for (int i = 0; i < 10; i++) {
            bench.tick(5_000);
            told += errors().size();
        }
        assertThat(told).isEqualTo(ErrorOutbox.TELLINGS_OF_THE_GONE);
    }

    @Test
    @DisplayName("a new owner hears only of errors that are still true")
    void errorsAtTakeOver() {
        bench.hosts(A, 5, 1, 2);
        bench.fake(id(1)).listener.failed(id(1), ErrorCode.DISPATCHER_FAILED, "gone");
        bench.drain();
        bench.stopped(id(1));
        bench.throwing.add("resolvedTs");
        bench.tick(200);
        bench.take();
        bench.bootstrap(B, 6);
        bench.tick(200);
        assertThat(errors())
                .isNotEmpty()
                .allSatisfy(error -> assertThat(error.message()).contains(id(2).toString()));
    }

    private static WorkerError error(String message) {
        return new WorkerError(
                SELF, ErrorCode.DISPATCHER_FAILED, "dispatcher " + id(1) + " of " + spanOf(1) + ": " + message);
    }

    private static String spanOf(long table) {
        return dev.maintainer.api.model.TableSpan.whole(new dev.maintainer.api.model.TableId(table))
                .toString();
    }
}
