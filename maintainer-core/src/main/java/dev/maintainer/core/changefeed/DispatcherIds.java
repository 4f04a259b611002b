package dev.maintainer.core.changefeed;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import java.util.function.Predicate;

/**
 * Makes dispatcher ids without chance: one half from the pipeline and the epoch, which no other owner ever has, the
 * other half counts. So a replay makes the same ids.
 */
final class DispatcherIds {
    private final long high;
    private long next;

    DispatcherIds(ChangefeedId changefeed, MaintainerEpoch epoch) {
        String pipeline = changefeed.toString();
        long name = 0xCBF29CE484222325L;
        for (int i = 0; i < pipeline.length(); i++) {
            name = (name ^ pipeline.charAt(i)) * 0x100000001B3L;
        }
        this.high = mix(name + epoch.value());
    }

    /** The finalizer of MurmurHash3: every input gives another output. */
    private static long mix(long value) {
        long mixed = (value ^ (value >>> 33)) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ (mixed >>> 33);
    }

    DispatcherId next() {
        return new DispatcherId(high, ++next);
    }

    /** The next one that is not taken. */
    DispatcherId fresh(Predicate<DispatcherId> taken) {
        DispatcherId id = next();
        while (taken.test(id)) {
            id = next();
        }
        return id;
    }
}
