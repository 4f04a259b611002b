package dev.maintainer.connector.postgres.reader;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The clock of a reader, and how it waits. Used by the thread of the reader. */
interface ReaderTime {
    /** That of the machine. */
    ReaderTime SYSTEM = new ReaderTime() {
        @Override
        public long nanoTime() {
            return System.nanoTime();
        }

        @Override
        public void pause(long nanos) {
            LockSupport.parkNanos(nanos);
        }

        @Override
        public boolean await(CountDownLatch end, long millis) throws InterruptedException {
            return end.await(millis, TimeUnit.MILLISECONDS);
        }
    };

    /** {@return nanoseconds since any moment} */
    long nanoTime();

    /** Waits for so long at most, before it looks for messages again. */
    void pause(long nanos);

    /** Waits before it connects again; true if the end has come meanwhile. */
    boolean await(CountDownLatch end, long millis) throws InterruptedException;
}
