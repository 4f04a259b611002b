package dev.maintainer.simulator.membership;

import dev.maintainer.membership.store.StoreAnswer;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreRequest;
import dev.maintainer.membership.store.StoreSession;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The connection of a process with the store. Requests and answers keep their order. When it breaks, what is under way may
 * take effect or not, and is answered as unknown; the session goes on if the process is back in time, as the store sees it.
 */
public final class StoreLink {
    /** A request that was not answered. */
    private static final class Call {
        private final StoreSession.AnswerHandler handler;
        private boolean answered;

        Call(StoreSession.AnswerHandler handler) {
            this.handler = handler;
        }
    }

    private static final long PING_SHARE = 3;
    private static final int QUICK = 8;
    private static final int SLOW = 400;

    private final Timeline timeline;
    private final ModelStore store;
    private final MemberProcess process;
    private final long sessionMillis;
    private final Set<Call> calls = new LinkedHashSet<>();
    private long session;
    private boolean connected;
    private long connection;
    private long brokenUntil;
    private long quietUntil;
    private long losingUntil;
    private long slowUntil;
    private @Nullable Survey survey;
    private long lastArrival;
    private long lastAnswer;

    StoreLink(Timeline timeline, ModelStore store, MemberProcess process, long sessionMillis) {
        this.timeline = timeline;
        this.store = store;
        this.process = process;
        this.sessionMillis = sessionMillis;
    }

    /** Connects as soon as possible. */
    void open() {
        reconnect(10 + timeline.below(200));
    }

    /** For a while nothing gets through. */
    public void breakFor(long millis) {
        brokenUntil = Math.max(brokenUntil, timeline.now() + millis);
        if (!connected) {
            return;
        }
        connected = false;
        connection++;
        quiet(millis);
        // It takes a while until the process notices.
        long noticed = Math.min(millis, timeline.below(1_000));
        timeline.in(noticed, () -> process.run(this::forgetCalls));
        reconnect(millis + timeline.below(100));
    }

    /** For a while the store hears nothing of the process, which may not even notice. */
    void quiet(long millis) {
        quietUntil = Math.max(quietUntil, timeline.now() + millis);
        long silent = session;
        // The last ping may have been a while ago; and the store looks only now and then.
        long ends = timeline.now()
                - timeline.below((int) (sessionMillis / PING_SHARE))
                + sessionMillis
                + timeline.below((int) (sessionMillis / 5));
        timeline.at(ends, () -> {
            if (session == silent && quietUntil >= ends) {
                endSession();
            }
        });
    }

    /** For a while every other answer is lost. */
    public void loseAnswers(long millis) {
        losingUntil = Math.max(losingUntil, timeline.now() + millis);
    }

    /** Nothing is wrong any more. */
    public void heal() {
        if (process.isDead()) {
            return;
        }
        losingUntil = 0;
        slowUntil = 0;
        quietUntil = 0;
        brokenUntil = 0;
        if (!connected) {
            reconnect(timeline.below(100));
        }
    }

    /** The store ends the session, whether or not it should. */
    public void endSession() {
        if (!store.isOpen(session)) {
            return;
        }
        store.end(session);
        if (connected) {
            long over = session;
            timeline.in(
                    timeline.below(100),
                    () -> process.run(() -> {
                        if (connected && session == over) {
                            connected = false;
                            connection++;
                            reconnect(timeline.below(100));
                        }
                    }));
        }
    }

    private void reconnect(long delay) {
        timeline.in(
                delay,
                () -> process.run(() -> {
                    if (connected) {
                        return;
                    }
                    if (timeline.now() < brokenUntil) {
                        reconnect(brokenUntil - timeline.now() + timeline.below(100));
                        return;
                    }
                    forgetCalls();
                    connected = true;
                    connection++;
                    lastArrival = timeline.now();
                    lastAnswer = timeline.now();
                    if (session != 0 && store.isOpen(session)) {
                        timeline.tell(() -> process.id() + " is connected again, session " + session);
                        return;
                    }
                    if (session != 0) {
                        timeline.tell(() -> process.id() + " hears that its session " + session + " has ended");
                        process.sessionEnded();
                    }
                    session = store.open();
                    process.sessionBegun(new Session(session));
                }));
    }

    /** The process ends: the store notices by itself. */
    void die() {
        connected = false;
        connection++;
        calls.clear();
        quiet(sessionMillis * 2);
    }

    /** The process ends in order. */
    void close() {
        connected = false;
        connection++;
        calls.clear();
        store.end(session);
    }

    private void forgetCalls() {
        Set<Call> lost = new LinkedHashSet<>(calls);
        calls.clear();
        lost.forEach(call -> answer(call, new StoreAnswer.Unknown()));
    }

    private void answer(Call call, StoreAnswer answer) {
        if (!call.answered) {
            call.answered = true;
            call.handler.answered(answer, process.nanos());
        }
    }

    /** Watches the next time that the keeper of the roster reads everything: the roster, and then two kinds of records. */
    public void watch(Runnable firstHasArrived, Runnable lastIsDelivered) {
        survey = new Survey(firstHasArrived, lastIsDelivered);
    }

    /** For a while everything takes long. */
    public void slowFor(long millis) {
        slowUntil = Math.max(slowUntil, timeline.now() + millis);
    }

    private long delay() {
        if (timeline.now() < slowUntil) {
            return SLOW / 8L + timeline.below(SLOW / 4);
        }
        return 1L + timeline.below(timeline.chance(0.02) ? SLOW : QUICK);
    }

    private void send(long from, StoreRequest request, Call call) {
        calls.add(call);
        if (!connected || from != session) {
            timeline.in(
                    20 + timeline.below(100),
                    () -> process.run(() -> {
                        if (calls.remove(call)) {
                            answer(call, new StoreAnswer.Unknown());
                        }
                    }));
            return;
        }
        long through = connection;
        lastArrival = Math.max(lastArrival, timeline.now() + delay());
        @Nullable Long epoch = process.termEpoch();
        timeline.at(lastArrival, () -> arrive(from, through, request, call, epoch));
    }

    /** Requests that are under way when a connection breaks may arrive all the same, but not after those of the next. */
    private void arrive(long from, long through, StoreRequest request, Call call, @Nullable Long epoch) {
        if (!store.isOpen(from) || (through != connection && !isDelivered(through))) {
            return;
        }
        process.truth().sender(process, epoch);
        StoreAnswer answer = store.answer(from, request);
        if (survey != null) {
            survey.arrived(request);
        }
        if (through != connection) {
            return;
        }
        if (timeline.now() < losingUntil && timeline.chance(0.5)) {
            timeline.tell(() -> "the answer to " + process.id() + " is lost: "
                    + answer.getClass().getSimpleName());
            breakFor(20 + timeline.below(200));
            return;
        }
        lastAnswer = Math.max(lastAnswer, timeline.now() + delay());
        timeline.at(
                lastAnswer,
                () -> process.run(() -> {
                    if (through == connection && calls.remove(call)) {
                        answer(call, answer);
                        if (survey != null && request instanceof StoreRequest.ReadAll) {
                            survey.delivered();
                        }
                    }
                }));
    }

    /** Decided once for each connection that broke, so that what arrives has no gaps. */
    private boolean isDelivered(long through) {
        return connection == through + 1 && (through + session) % 2 == 0;
    }

    /** A session as the machines see it. */
    private final class Session implements StoreSession {
        private final long id;

        Session(long id) {
            this.id = id;
        }

        @Override
        public long id() {
            return id;
        }

        @Override
        public void send(StoreRequest request, AnswerHandler handler) {
            StoreLink.this.send(id, request, new Call(handler));
        }
    }

    /** A survey of the keeper while somebody watches it. */
    private static final class Survey {
        private static final List<StorePath> SURVEYED_FIRST = List.of(StorePath.ROSTER, StorePath.CLUSTER);

        private final Runnable firstHasArrived;
        private final Runnable lastIsDelivered;
        private boolean begun;
        private int arrived;
        private int delivered;

        Survey(Runnable firstHasArrived, Runnable lastIsDelivered) {
            this.firstHasArrived = firstHasArrived;
            this.lastIsDelivered = lastIsDelivered;
        }

        void arrived(StoreRequest request) {
            if (request instanceof StoreRequest.Read read && read.paths().equals(SURVEYED_FIRST)) {
                begun = arrived == 0;
            } else if (begun && request instanceof StoreRequest.ReadAll && ++arrived == 1) {
                firstHasArrived.run();
            }
        }

        void delivered() {
            if (begun && ++delivered == 2) {
                lastIsDelivered.run();
            }
        }
    }
}
