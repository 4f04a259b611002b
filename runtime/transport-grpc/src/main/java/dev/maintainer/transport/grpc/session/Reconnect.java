package dev.maintainer.transport.grpc.session;

import dev.maintainer.transport.grpc.session.HandshakeRefusal.Retry;
import java.util.random.RandomGenerator;

/**
 * When a node dials another. Both may dial, because a firewall may let only one of them through; so that they rarely do at the
 * same time, the one with the larger id gives the other three seconds after a session has ended. Whoever has something to
 * send and has no session dials at once, or, with the larger id, a moment later.
 *
 * @since 0.1.0
 */
public final class Reconnect {
    /** How long the node with the larger id waits for the other one. */
    public static final long OTHER_FIRST_MILLIS = 3_000;

    private static final long MOMENT_MILLIS = 250;

    private enum State {
        /** Nothing was tried, or the last session ended because nobody needed it. */
        IDLE,
        /** There will be a try when the time has come. */
        WAITING,
        /** No try before the roster changes. */
        BLOCKED,
        DIALLING,
        CONNECTED
    }

    private final boolean first;
    private final Backoff backoff;
    private State state = State.IDLE;
    private long dueMillis;
    private long rosterVersion;

    /**
     * Nothing has been tried yet.
     *
     * @param first whether this node has the smaller id
     * @param random for jitter
     */
    public Reconnect(boolean first, RandomGenerator random) {
        this.first = first;
        this.backoff = new Backoff(random);
    }

    /**
     * Whether to dial now. Whoever dials says so with {@link #dialled}.
     *
     * @param nowMillis monotonic
     * @param wanted whether there is something to send
     * @param roster the version that is known now; a new one makes tries begin again, without delay
     * @return whether to dial
     */
    public boolean isDue(long nowMillis, boolean wanted, long roster) {
        if (roster != rosterVersion) {
            rosterVersion = roster;
            backoff.reset();
            if (state == State.BLOCKED) {
                state = State.WAITING;
                dueMillis = nowMillis;
            }
        }
        if (state == State.IDLE && wanted) {
            await(nowMillis, first ? 0 : MOMENT_MILLIS);
        }
        return switch (state) {
            case WAITING -> nowMillis >= dueMillis;
            case IDLE, BLOCKED, DIALLING, CONNECTED -> false;
        };
    }

    /** A try has begun. */
    public void dialled() {
        state = State.DIALLING;
    }

    /**
     * The try has failed, and the peer has not said why.
     *
     * @param nowMillis monotonic
     */
    public void failed(long nowMillis) {
        if (state == State.DIALLING) {
            await(nowMillis, backoff.nextMillis());
        }
    }

    /**
     * The peer has refused.
     *
     * @param nowMillis monotonic
     * @param reason its reason
     */
    public void refused(long nowMillis, HandshakeRefusal reason) {
        if (state == State.DIALLING && reason.retry() == Retry.AFTER_ROSTER_CHANGE) {
            state = State.BLOCKED;
        } else {
            failed(nowMillis);
        }
    }

    /** There is a session, whoever has dialled. */
    public void connected() {
        state = State.CONNECTED;
        backoff.reset();
    }

    /**
     * The session has ended.
     *
     * @param nowMillis monotonic
     */
    public void lost(long nowMillis) {
        if (state == State.CONNECTED) {
            await(nowMillis, first ? backoff.nextMillis() : OTHER_FIRST_MILLIS);
        }
    }

    /** The session has ended because nobody needed it. */
    public void rested() {
        state = State.IDLE;
    }

    private void await(long nowMillis, long delayMillis) {
        state = State.WAITING;
        dueMillis = nowMillis + delayMillis;
    }
}
