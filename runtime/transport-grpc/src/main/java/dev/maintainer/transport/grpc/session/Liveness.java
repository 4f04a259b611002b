package dev.maintainer.transport.grpc.session;

/**
 * Whether the other end of a session still answers: a ping each second, and an end after five seconds without a sign. What the
 * connection reports does not count: it can be open although nobody is there.
 *
 * @since 0.1.0
 */
public final class Liveness {
    /** How often a ping is sent. */
    public static final long PING_MILLIS = 1_000;
    /** How long the other end may be silent. */
    public static final long SILENCE_MILLIS = 5_000;

    /** After how long without a message a session is not needed. */
    public static final long REST_MILLIS = 300_000;

    private long heardMillis;
    private long usedMillis;
    private long pingMillis;
    private long pings;
    private long roundTripNanos = -1;

    /**
     * A session that has just begun.
     *
     * @param nowMillis monotonic
     */
    public Liveness(long nowMillis) {
        this.heardMillis = nowMillis;
        this.usedMillis = nowMillis;
        this.pingMillis = nowMillis;
    }

    /**
     * Something has come, a ping or any frame.
     *
     * @param nowMillis monotonic
     */
    public void heard(long nowMillis) {
        heardMillis = Math.max(heardMillis, nowMillis);
    }

    /**
     * A piece of a message was sent or has come; pings do not count.
     *
     * @param nowMillis monotonic
     */
    public void used(long nowMillis) {
        usedMillis = Math.max(usedMillis, nowMillis);
    }

    /**
     * Whether nobody has needed the session for long.
     *
     * @param nowMillis monotonic
     * @return whether whoever has dialled may end it
     */
    public boolean isUnused(long nowMillis) {
        return nowMillis - usedMillis >= REST_MILLIS;
    }

    /**
     * Whether a ping is due. If it is, the next one is due a second later.
     *
     * @param nowMillis monotonic
     * @return whether to send a ping now
     */
    public boolean takePing(long nowMillis) {
        if (nowMillis < pingMillis) {
            return false;
        }
        pingMillis = nowMillis + PING_MILLIS;
        pings++;
        return true;
    }

    /** {@return the number of the ping that was taken last, from 1} */
    public long ping() {
        return pings;
    }

    /**
     * The echo of a ping.
     *
     * @param nowMillis monotonic
     * @param nanos how long it took
     */
    public void echoed(long nowMillis, long nanos) {
        heard(nowMillis);
        roundTripNanos = nanos;
    }

    /** {@return how long the last ping took, in nanoseconds; negative if none has come back} */
    public long roundTripNanos() {
        return roundTripNanos;
    }

    /**
     * Whether the other end has been silent for too long.
     *
     * @param nowMillis monotonic
     * @return whether the session is over
     */
    public boolean isSilent(long nowMillis) {
        return nowMillis - heardMillis >= SILENCE_MILLIS;
    }
}
