package dev.maintainer.cluster.distributed;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A node holds its writes, because its lease has ended.
 *
 * @param since when that was seen, by the wall clock
 * @param silence of the store; null if it answers, or this process has not waited long enough to say that it does not
 * @param stoodStill for how long this process did nothing just before; zero if it went on
 */
public record HeldWrites(Instant since, @Nullable StoreSilence silence, Duration stoodStill) {
    /** {@return why the lease was not renewed, for people} */
    public String reason() {
        if (silence != null) {
            return silence.describe();
        }
        return stoodStill.isZero()
                ? "it was not renewed in time, although the store answers"
                : "this process stood still for " + stoodStill.toMillis() + " ms";
    }
}
