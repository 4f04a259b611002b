package dev.maintainer.demo.postgres.speed;

import dev.maintainer.node.run.RunFailedException;
import java.sql.SQLException;
import java.util.concurrent.TimeUnit;

/** Waits for conditions, with a bound that says what was waited for. */
final class Patience {
    private static final long MOST_SECONDS = 600;
    private static final long STEP_MILLIS = 5;

    private Patience() {}

    /** Something that becomes true. */
    interface Condition {
        boolean holds() throws SQLException, RunFailedException;
    }

    /**
     * Waits.
     *
     * @param what for people: what is waited for
     * @throws RunFailedException if it does not come about within ten minutes
     */
    static void await(String what, Condition condition) throws SQLException, RunFailedException, InterruptedException {
        long began = System.nanoTime();
        while (!condition.holds()) {
            if (System.nanoTime() - began > TimeUnit.SECONDS.toNanos(MOST_SECONDS)) {
                throw new RunFailedException("waited " + MOST_SECONDS + " s for " + what);
            }
            TimeUnit.MILLISECONDS.sleep(STEP_MILLIS);
        }
    }
}
