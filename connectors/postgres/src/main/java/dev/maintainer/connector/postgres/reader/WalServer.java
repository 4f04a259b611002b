package dev.maintainer.connector.postgres.reader;

import dev.maintainer.api.error.MaintainerException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** The server that has the slot, as a reader sees it. */
interface WalServer {
    /**
     * Connects.
     *
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if that is not possible now, {@code NOT_ALLOWED_BY_DATABASE}
     *     if the server refuses the role
     */
    Session connect();

    /** A connection. Used by one thread. All methods fail with {@code SOURCE_UNAVAILABLE} once it is broken. */
    interface Session extends AutoCloseable {
        /**
         * What the server says of itself.
         *
         * @param knownTimeline of a server on another one the history is asked for as well; 0 if none is known
         */
        SourceFacts facts(int knownTimeline);

        /** Ends a session that reads the slot. It may take a while until the slot is free. */
        void terminate(int pid);

        /** Begins with what was committed after a position; up to there the server may forget. */
        void start(long startTs, long confirmedTs);

        /** The next message; null if none is there now. */
        @Nullable
        ByteBuffer poll();

        /** Everything that was committed up to this position was polled, or will never come. */
        long receivedLsn();

        /** {@return what the slot retains, as far as it is known} */
        SlotStatus status();

        /** Tells the server how far it may forget: at once if that is new, and else when it is time for a sign of life. */
        void report(long confirmedTs);

        @Override
        void close();
    }
}
