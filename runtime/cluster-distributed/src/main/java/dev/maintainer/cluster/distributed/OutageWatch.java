package dev.maintainer.cluster.distributed;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells once that the store does not answer, once that writes are held, and once that this is over. Looks how things are several
 * times per renewal, so what is told is true for longer than a moment. Silence is counted while this process moves: one that
 * has stood still has not asked.
 *
 * <p>A store that comes and goes must not fill a log: of each kind one line a minute is told. What lasts until then is told then.
 *
 * <p>Not thread-safe.
 */
final class OutageWatch {
    private static final long WINDOW_NANOS = TimeUnit.MINUTES.toNanos(1);

    /** One outage, from its first moment. */
    private static final class Outage {
        private boolean silent;
        private long silentFrom;
        private long silentNanos;
        private boolean held;
        private long heldFrom;
        private boolean silenceTold;
        private boolean holdTold;
    }

    private final String store;
    private final long patienceNanos;
    private final ClusterObserver observer;
    private final Pace silences = new Pace();
    private final Pace holds = new Pace();
    private @Nullable Outage outage;
    private boolean wasOpen;
    private long lookedAt;
    private long awakeSince;
    private long stoodStillNanos;
    private int untold;

    /**
     * Nothing has happened yet.
     *
     * @param store what does not answer, for people
     * @param lease half of it is how long silence is nobody's business
     */
    OutageWatch(String store, Duration lease, ClusterObserver observer) {
        this.store = store;
        this.patienceNanos = lease.toNanos() / 2;
        this.observer = observer;
    }

    /**
     * Looks how things are now. Before writes were allowed for the first time there is nothing that could be interrupted.
     *
     * @param heardNanos when the store last answered
     * @param remainingNanos for how long writes are allowed; 0 if they are not
     */
    void look(long nowNanos, long wallMillis, long heardNanos, long remainingNanos) {
        boolean first = !wasOpen;
        wasOpen |= remainingNanos > 0;
        if (!wasOpen) {
            return;
        }
        stoodStillNanos = first ? 0 : standstill(nowNanos);
        lookedAt = nowNanos;
        if (first || stoodStillNanos > 0) {
            awakeSince = nowNanos;
        }
        long quietSince = heardNanos - awakeSince > 0 ? heardNanos : awakeSince;
        boolean silent = nowNanos - quietSince > patienceNanos;
        boolean held = remainingNanos == 0;
        if (silent || held) {
            goOn(new Moment(nowNanos, wallMillis), silent, quietSince, remainingNanos);
        } else {
            end(nowNanos);
        }
    }

    private long standstill(long nowNanos) {
        long pause = nowNanos - lookedAt;
        return pause > patienceNanos ? pause : 0;
    }

    private record Moment(long nanos, long wallMillis) {
        Instant at(long otherNanos) {
            return Instant.ofEpochMilli(wallMillis + TimeUnit.NANOSECONDS.toMillis(otherNanos - nanos));
        }
    }

    private void goOn(Moment now, boolean silent, long quietSince, long remainingNanos) {
        Outage present = outage == null ? new Outage() : outage;
        outage = present;
        if (silent) {
            if (!present.silent) {
                present.silent = true;
                present.silentFrom = quietSince;
            }
            present.silentNanos = now.nanos() - present.silentFrom;
        }
        StoreSilence silence = silent
                ? new StoreSilence(store, now.at(present.silentFrom), Duration.ofNanos(present.silentNanos))
                : null;
        if (silence != null && !present.silenceTold && silences.take(now.nanos())) {
            present.silenceTold = true;
            observer.storeSilent(silence, now.at(now.nanos() + remainingNanos));
        }
        if (remainingNanos > 0) {
            return;
        }
        if (!present.held) {
            present.held = true;
            present.heldFrom = now.nanos();
        }
        if (!present.holdTold && holds.take(now.nanos())) {
            present.holdTold = true;
            observer.writesHeld(new HeldWrites(now.at(present.heldFrom), silence, Duration.ofNanos(stoodStillNanos)));
        }
    }

    private void end(long nowNanos) {
        Outage over = outage;
        outage = null;
        if (over == null) {
            return;
        }
        if (!over.silenceTold && !over.holdTold) {
            untold++;
            return;
        }
        observer.storeAnswers(new StoreOutage(
                store,
                Duration.ofNanos(over.silentNanos),
                over.held ? Duration.ofNanos(nowNanos - over.heldFrom) : Duration.ZERO,
                untold));
        untold = 0;
    }

    /** One a minute. */
    private static final class Pace {
        private boolean taken;
        private long takenAt;

        boolean take(long nowNanos) {
            if (taken && nowNanos - takenAt < WINDOW_NANOS) {
                return false;
            }
            taken = true;
            takenAt = nowNanos;
            return true;
        }
    }
}
