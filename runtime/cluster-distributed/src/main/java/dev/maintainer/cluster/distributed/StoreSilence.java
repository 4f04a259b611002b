package dev.maintainer.cluster.distributed;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * The store does not answer.
 *
 * @param store which one, for people
 * @param since when it answered last, by the wall clock; or when this process began to ask, if it never has
 * @param lasting for how long
 */
public record StoreSilence(String store, Instant since, Duration lasting) {
    /** {@return the same for people} */
    public String describe() {
        return store + " has not answered since " + since.truncatedTo(ChronoUnit.SECONDS) + " (" + lasting.toSeconds()
                + " s)";
    }
}
