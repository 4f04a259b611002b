package dev.maintainer.runtime.planner;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.PlannerSource;
import dev.maintainer.core.scheduling.planner.PlanningPort;
import dev.maintainer.core.scheduling.planner.PlanningSession;
import dev.maintainer.core.scheduling.planner.PluginFailure;
import dev.maintainer.core.scheduling.planner.ShadowAnswer;
import dev.maintainer.core.scheduling.planner.SpanStatistics;
import dev.maintainer.runtime.loop.DaemonThreads;
import dev.maintainer.runtime.metrics.Durations;
import dev.maintainer.runtime.process.OutOfMemory;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Runs planners, with a thread of its own for each maintainer, so that a planner that never returns does not block
 * others. A session that is dropped is interrupted and abandoned. A planner that ignores the interrupt keeps its
 * thread: after a few such threads this node runs no planner any more except the built-in placement.
 *
 * <p>This does not contain a plug-in that ends the process, one that fills the heap, or the processor time of one that
 * spins.
 */
public final class PlannerThreads implements PlanningPort {
    private static final int MOST_STUCK = 8;
    private static final long IDLE_SECONDS = 10;
    private static final long RETRY_MILLIS = 10;

    private record Owner(ChangefeedId changefeed, MaintainerEpoch epoch) {}

    private final String name;
    private final PlannerSource source;
    private final SpanStatistics statistics;
    private final Predicate<HostInput> answers;
    private final Map<Owner, Session> sessions = new ConcurrentHashMap<>();
    private final AtomicInteger stuck = new AtomicInteger();
    private final Durations rounds = new Durations();
    private volatile boolean closed;

    /**
     * No planner runs yet.
     *
     * @param answers takes an answer, or returns false if it has no room right now
     */
    public PlannerThreads(String name, PlannerSource source, SpanStatistics statistics, Predicate<HostInput> answers) {
        this.statistics = statistics;
        this.name = name;
        this.source = source;
        this.answers = answers;
    }

    @Override
    public void ask(PlanRequest request) {
        Owner owner = new Owner(request.changefeed(), request.epoch());
        if (request.scheduler() != null && stuck.get() >= MOST_STUCK) {
            sessions.computeIfAbsent(owner, Session::new).execute(session -> {
                // The session has not seen this request: the next one must be complete.
                drop(owner.changefeed(), owner.epoch());
                return List.of(new HostInput.PlanReturned(owner.changefeed(), owner.epoch(), tooManyStuck(request)));
            });
            return;
        }
        sessions.computeIfAbsent(owner, Session::new).execute(session -> List.of(timed(session, request)));
        if (request.shadow() != null) {
            sessions.computeIfAbsent(owner, Session::new).execute(session -> shadow(session, request));
        }
    }

    private static List<HostInput> shadow(PlanningSession session, PlanRequest request) {
        ShadowAnswer answer = session.shadow();
        // Without a plan there is nothing to compare, and nobody waits for it.
        return answer == null
                ? List.of()
                : List.of(new HostInput.ShadowReturned(request.changefeed(), request.epoch(), request.round(), answer));
    }

    private static PlanAnswer tooManyStuck(PlanRequest request) {
        return new PlanAnswer.Failed(
                request.round(),
                ErrorCode.PLAN_TIMED_OUT,
                MOST_STUCK + " planner threads of this node have never returned, so it runs no more planners; restart"
                        + " the node when the plug-in is repaired",
                List.of(),
                0);
    }

    private HostInput timed(PlanningSession session, PlanRequest request) {
        long start = System.nanoTime();
        PlanAnswer answer = plan(session, request);
        rounds.add(outcome(answer), System.nanoTime() - start);
        return new HostInput.PlanReturned(request.changefeed(), request.epoch(), answer);
    }

    private static String outcome(PlanAnswer answer) {
        if (answer instanceof PlanAnswer.Failed failed) {
            return failed.code().code();
        }
        return answer instanceof PlanAnswer.Behind ? "behind" : "planned";
    }

    private static PlanAnswer plan(PlanningSession session, PlanRequest request) {
        PlanAnswer answer;
        try {
            answer = session.plan(request);
        } catch (VirtualMachineError e) {
            OutOfMemory.plannerFailed(e);
            answer = new PlanAnswer.Failed(
                    request.round(),
                    ErrorCode.SCHEDULER_FAILED,
                    "the virtual machine failed: " + PluginFailure.describe(e),
                    List.of(),
                    0);
        } finally {
            // A planner may interrupt its own thread, which is ours again.
            Thread.interrupted();
        }
        return answer;
    }

    @Override
    public void drop(ChangefeedId changefeed, MaintainerEpoch epoch) {
        Session session = sessions.remove(new Owner(changefeed, epoch));
        if (session != null) {
            session.abandon();
        }
    }

    /** The spans of a changefeed as planners last saw them; empty if none has looked yet. */
    public CompletableFuture<PlannedSpans> lookAt(ChangefeedId changefeed) {
        for (Map.Entry<Owner, Session> each : sessions.entrySet()) {
            if (each.getKey().changefeed().equals(changefeed)) {
                return each.getValue().look();
            }
        }
        return CompletableFuture.completedFuture(new PlannedSpans(null, List.of()));
    }

    /** Runs no more planners; interrupts those that are at work. */
    public void close() {
        closed = true;
        sessions.values().forEach(Session::abandon);
        sessions.clear();
    }

    /**
     * How often planners were asked, and how long they took, by how that ended: {@code planned}, {@code behind}, or the code of
     * the error.
     */
    public Durations rounds() {
        return rounds;
    }

    /** How many planners were dropped and have not returned. */
    public int stuck() {
        return stuck.get();
    }

    private interface Work {
        List<HostInput> apply(PlanningSession session);
    }

    /** One session and its thread. */
    private final class Session {
        private final PlanningSession planning = new PlanningSession(source, statistics, System::nanoTime);
        private final ThreadPoolExecutor thread;
        private boolean working;
        private boolean countedAsStuck;

        Session(Owner owner) {
            this.thread = new ThreadPoolExecutor(
                    1,
                    1,
                    IDLE_SECONDS,
                    TimeUnit.SECONDS,
                    new LinkedBlockingQueue<>(),
                    DaemonThreads.named(name + "-planner-" + owner.changefeed()),
                    new ThreadPoolExecutor.DiscardPolicy());
            thread.allowCoreThreadTimeOut(true);
        }

        void execute(Work work) {
            thread.execute(() -> {
                synchronized (thread) {
                    working = true;
                }
                OutOfMemory.plannerBegins();
                try {
                    work.apply(planning).forEach(this::deliver);
                } catch (OutOfMemoryError e) {
                    // Of a shadow, for whose plan nobody waits.
                    OutOfMemory.plannerFailed(e);
                } finally {
                    OutOfMemory.plannerEnds();
                    end();
                }
            });
        }

        CompletableFuture<PlannedSpans> look() {
            CompletableFuture<PlannedSpans> seen = new CompletableFuture<>();
            thread.execute(() -> {
                List<SpanView> spans = new ArrayList<>();
                planning.export(spans::add);
                seen.complete(new PlannedSpans(planning.lastRequest(), spans));
            });
            return seen;
        }

        private void deliver(HostInput answer) {
            while (!closed && !answers.test(answer)) {
                try {
                    TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS);
                } catch (InterruptedException e) {
                    // It was dropped: nobody waits for this answer any more.
                    return;
                }
            }
        }

        private void end() {
            synchronized (thread) {
                working = false;
                if (countedAsStuck) {
                    countedAsStuck = false;
                    stuck.decrementAndGet();
                }
            }
        }

        void abandon() {
            synchronized (thread) {
                if (working && !countedAsStuck) {
                    countedAsStuck = true;
                    stuck.incrementAndGet();
                }
            }
            thread.shutdownNow();
        }
    }
}
