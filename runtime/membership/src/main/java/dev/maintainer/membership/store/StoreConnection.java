package dev.maintainer.membership.store;

import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Keeps a process in touch with a store: opens a session, and another one when that has ended. It never gives up by itself:
 * a store that is silent may come back.
 */
public interface StoreConnection extends AutoCloseable {
    /** Hears of sessions. Called on the executor that was given to {@link StoreConnection#start}, in order. */
    interface Listener {
        /**
         * There is a session, the first one or another one.
         *
         * @param session answers on the same executor
         * @param nowNanos {@link System#nanoTime}
         */
        void sessionBegun(StoreSession session, long nowNanos);

        /**
         * The session has ended. All its requests are answered, before or after this.
         *
         * @param nowNanos {@link System#nanoTime}
         */
        void sessionEnded(long nowNanos);

        /**
         * A record may have changed. A hint that may be missing, or late.
         *
         * @param kind which
         * @param nowNanos {@link System#nanoTime}
         */
        void changed(StorePath.Kind kind, long nowNanos);

        /**
         * The store answers, and is not the one that this process belongs to: it has no cluster at this place, or another
         * one. Repeated while it is so; there is no session meanwhile.
         *
         * @param reason for people, with what to do
         */
        void foreign(String reason);
    }

    /**
     * Begins to connect. Called once.
     *
     * @param loop runs one task after another; no task of this connection blocks
     * @param listener hears of sessions
     */
    void start(Executor loop, Listener listener);

    /** {@return whether the store answers at this moment, as far as this process knows} Any thread. */
    boolean isConnected();

    /**
     * {@return why no server can be used, for people and with what to do; empty if that is not known, or one can be used} Any
     * thread.
     */
    default Optional<String> problem() {
        return Optional.empty();
    }

    /** {@return what this process connects with, for people, such as {@code ZooKeeper at zk1:2181}} Any thread. */
    default String describe() {
        return "the store";
    }

    /** Ends the session, in order if the store can be reached; waits for that at most two seconds. */
    @Override
    void close();
}
