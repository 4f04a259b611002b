package dev.maintainer.runtime.planner;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.SnapshotDelta;
import dev.maintainer.core.scheduling.planner.SpanStatistics;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PlannerThreadsTest {
    private static final ChangefeedId FEED = new ChangefeedId("feed");
    private static final MaintainerEpoch EPOCH = new MaintainerEpoch(1);
    private static final Plan KEEP = Plan.keep(new Reason("KEEP", "all of it"));

    private final BlockingQueue<HostInput> answers = new LinkedBlockingQueue<>();
    /** Lets planners that ignore interrupts end with the test. */
    private final CountDownLatch over = new CountDownLatch(1);

    /** Deaf planners that are at work. */
    private final Semaphore begun = new Semaphore(0);

    private final PlannerThreads threads = new PlannerThreads("n1", this::planner, SpanStatistics.NONE, answers::offer);

    private Scheduler planner(String name) {
        return switch (name) {
            case "good" -> (snapshot, budget) -> KEEP;
            case "deaf" ->
                (snapshot, budget) -> {
                    begun.release();
                    awaitTheEnd();
                    return KEEP;
                };
            case "greedy" ->
                (snapshot, budget) -> {
                    throw new OutOfMemoryError("on purpose");
                };
            case "selfish" ->
                (snapshot, budget) -> {
                    Thread.currentThread().interrupt();
                    return KEEP;
                };
            default -> throw new IllegalStateException(name);
        };
    }

    private void awaitTheEnd() {
        boolean ended = false;
        while (!ended) {
            try {
                over.await();
                ended = true;
            } catch (InterruptedException e) {
                // Deaf.
            }
        }
    }

    @AfterEach
    void end() {
        over.countDown();
        threads.close();
    }

    private static PlanRequest request(
            long round, MaintainerEpoch epoch, @Nullable String scheduler, @Nullable String shadow) {
        TableSpan span = TableSpan.whole(new TableId(1));
        SpanView view = new SpanView(new DispatcherId(1, 1), span, new SchemaId(1), GroupId.of(span), null);
        SnapshotDelta delta = new SnapshotDelta(
                round,
                true,
                round,
                1,
                false,
                List.of(new NodeView(new NodeId("n1"), true, 0, 0)),
                List.of(new SnapshotDelta.Change(view, false, false)),
                List.of(),
                List.of(),
                0);
        return new PlanRequest(FEED, epoch, scheduler, shadow, delta, new Budget(10, 10, 10));
    }

    private HostInput next() throws InterruptedException {
        return Objects.requireNonNull(answers.poll(20, TimeUnit.SECONDS), "no answer");
    }

    private PlanAnswer plan() throws InterruptedException {
        return ((HostInput.PlanReturned) next()).answer();
    }

    @Test
    @DisplayName("A plan comes back as an input, and then what the shadow made of it")
    void answers() throws InterruptedException {
        threads.ask(request(1, EPOCH, "good", "selfish"));

        assertThat(plan()).isInstanceOf(PlanAnswer.Planned.class);
        assertThat(next()).isInstanceOf(HostInput.ShadowReturned.class);
    }

    @Test
    @DisplayName(
            "A planner that is deaf holds up nobody else, and after eight of them only the built-in placement runs")
    void deaf() throws InterruptedException {
        for (int i = 1; i <= 8; i++) {
            MaintainerEpoch epoch = new MaintainerEpoch(i);
            threads.ask(request(1, epoch, "deaf", null));
            threads.ask(request(1, new MaintainerEpoch(100 + i), "good", null));
            assertThat(plan()).isInstanceOf(PlanAnswer.Planned.class);
            assertThat(begun.tryAcquire(20, TimeUnit.SECONDS)).isTrue();
            threads.drop(FEED, epoch);
            assertThat(threads.stuck()).isEqualTo(i);
        }

        threads.ask(request(1, new MaintainerEpoch(200), "good", null));
        assertThat(plan()).isInstanceOfSatisfying(PlanAnswer.Failed.class, failed -> {
            assertThat(failed.code()).isEqualTo(ErrorCode.PLAN_TIMED_OUT);
            assertThat(failed.message()).contains("runs no more planners");
        });
        threads.ask(request(2, new MaintainerEpoch(200), null, null));
        assertThat(plan())
                .isInstanceOfSatisfying(
                        PlanAnswer.Planned.class,
                        planned -> assertThat(planned.plan().decisions()).hasSize(1));
    }

    @Test
    @DisplayName("A planner that fills the heap is answered for, and one that interrupts itself harms nobody")
    void trouble() throws InterruptedException {
        threads.ask(request(1, EPOCH, "greedy", null));
        assertThat(plan())
                .isInstanceOfSatisfying(
                        PlanAnswer.Failed.class,
                        failed -> assertThat(failed.message()).contains("OutOfMemoryError"));

        threads.ask(request(2, EPOCH, "selfish", null));
        assertThat(plan()).isInstanceOf(PlanAnswer.Planned.class);
        threads.ask(request(3, EPOCH, "good", null));
        assertThat(plan()).isInstanceOf(PlanAnswer.Planned.class);
    }

    @Test
    @DisplayName("People can look at what planners saw last")
    void look() throws Exception {
        assertThat(threads.lookAt(FEED).get(20, TimeUnit.SECONDS).spans()).isEmpty();
        threads.ask(request(1, EPOCH, "good", null));
        plan();

        PlannedSpans seen = threads.lookAt(FEED).get(20, TimeUnit.SECONDS);

        assertThat(seen.spans()).hasSize(1);
        assertThat(Objects.requireNonNull(seen.request()).round()).isEqualTo(1);
    }

    @Test
    @DisplayName("Of a maintainer that plans no more nothing is left")
    void dropped() throws Exception {
        threads.ask(request(1, EPOCH, "good", null));
        plan();

        threads.drop(FEED, EPOCH);

        PlannedSpans seen = threads.lookAt(FEED).get(20, TimeUnit.SECONDS);
        assertThat(seen.request()).isNull();
        assertThat(seen.spans()).isEmpty();
    }
}
