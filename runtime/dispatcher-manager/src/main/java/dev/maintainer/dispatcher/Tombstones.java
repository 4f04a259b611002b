package dev.maintainer.dispatcher;

import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Changefeeds that were closed here on purpose, and under which epoch: nothing as old or older comes back. They are
 * never pruned by age, because no age is safe: messages may be late without bound, and of a changefeed that is gone for
 * good nobody newer would end what a late bootstrap has begun. One name and one number each, for the life of the process.
 */
final class Tombstones {
    private record Tombstone(MaintainerEpoch epoch, RemovalMode mode) {}

    private final Map<ChangefeedId, Tombstone> byChangefeed = new HashMap<>();

    /** Remembers a close; the highest epoch and the strongest close win. Returns whether anything is new. */
    boolean rejectUpTo(ChangefeedId changefeed, MaintainerEpoch epoch, RemovalMode mode) {
        Tombstone held = byChangefeed.get(changefeed);
        Tombstone merged = held == null
                ? new Tombstone(epoch, mode)
                : new Tombstone(epoch.isNewerThan(held.epoch) ? epoch : held.epoch, held.mode.or(mode));
        byChangefeed.put(changefeed, merged);
        return !merged.equals(held);
    }

    /** The epoch under which the changefeed was closed; null if it was not. */
    @Nullable
    MaintainerEpoch epochOf(ChangefeedId changefeed) {
        Tombstone held = byChangefeed.get(changefeed);
        return held == null ? null : held.epoch;
    }

    /** Whether the changefeed was closed for good. */
    boolean isDropped(ChangefeedId changefeed) {
        Tombstone held = byChangefeed.get(changefeed);
        return held != null && held.mode == RemovalMode.DROP;
    }

    /** A newer owner has begun again. */
    void forget(ChangefeedId changefeed) {
        byChangefeed.remove(changefeed);
    }
}
