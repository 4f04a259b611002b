package dev.maintainer.demo.postgres;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Clients of a database, each with a thread of its own, until they are stopped. */
abstract class Clients implements AutoCloseable {
    private static final long PATIENCE_MILLIS = TimeUnit.SECONDS.toMillis(30);

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final List<Thread> threads = new ArrayList<>();
    private volatile @Nullable SQLException refused;

    /** What one does until {@link #isStoppedWithin}. */
    interface Work {
        void repeat() throws InterruptedException;
    }

    final void begin(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.repeat();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    /** Pauses for as long, unless they are stopped meanwhile. */
    final boolean isStoppedWithin(long millis) throws InterruptedException {
        return stopped.await(millis, TimeUnit.MILLISECONDS);
    }

    /** The server is started again now and then, and others may be in the way; anything else is a fault of the demonstration. */
    final void failed(SQLException e) {
        String state = String.valueOf(e.getSQLState());
        if (!state.startsWith("08") && !state.startsWith("57") && !state.startsWith("40")) {
            refused = e;
        }
    }

    /** What was refused by the database, which should refuse nothing; null if nothing was. */
    final @Nullable SQLException refused() {
        return refused;
    }

    /** Stops, and waits until what they do is over. */
    @Override
    public final void close() throws InterruptedException {
        stopped.countDown();
        for (Thread thread : threads) {
            thread.join(PATIENCE_MILLIS);
        }
    }
}
