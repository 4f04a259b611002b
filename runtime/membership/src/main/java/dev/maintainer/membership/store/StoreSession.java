package dev.maintainer.membership.store;

/**
 * A session of the process with the store. A session that has ended never comes back; the process opens another one.
 *
 * <p>Not thread-safe: used by the one thread that runs the machines, on which it also answers, never within
 * {@link #send}.
 */
public interface StoreSession {
    /** Takes the answer to a request. */
    @FunctionalInterface
    interface AnswerHandler {
        /**
         * The request was answered.
         *
         * @param answer what became of it
         * @param nowNanos the time of the process, which only goes forward
         */
        void answered(StoreAnswer answer, long nowNanos);
    }

    /** {@return which session it is, as in {@link Stored#session()}; never {@link Stored#NO_SESSION}} */
    long id();

    /**
     * Sends a request. It is never repeated by the session itself.
     *
     * @param request what is asked
     * @param handler called once, later
     */
    void send(StoreRequest request, AnswerHandler handler);
}
