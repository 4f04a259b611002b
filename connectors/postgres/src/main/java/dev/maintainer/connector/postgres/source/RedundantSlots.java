package dev.maintainer.connector.postgres.source;

import dev.maintainer.connector.postgres.reader.SlotName;
import dev.maintainer.connector.postgres.source.SourceDatabase.Slot;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Which slots of a changefeed nobody will miss: those that were not read for ten minutes, and are not further than that of this
 * node, which is read. A node that comes back copies one. Used by one thread.
 */
final class RedundantSlots {
    private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(10);

    private final SlotName own;
    private final LongSupplier nanoTime;
    private final Map<SlotName, Long> unreadSince = new HashMap<>();

    /**
     * None was seen yet.
     *
     * @param own the slot of this node
     * @param nanoTime a clock
     */
    RedundantSlots(SlotName own, LongSupplier nanoTime) {
        this.own = own;
        this.nanoTime = nanoTime;
    }

    /**
     * Looks at the slots of the changefeed as they are now.
     *
     * @param slots all of them
     */
    List<SlotName> among(List<Slot> slots) {
        long now = nanoTime.getAsLong();
        Map<SlotName, Long> unread = new HashMap<>();
        long ownTs = 0;
        for (Slot slot : slots) {
            if (slot.name().equals(own)) {
                ownTs = slot.active() && !slot.lost() ? slot.confirmedTs() : 0;
            } else if (!slot.active()) {
                unread.put(slot.name(), unreadSince.getOrDefault(slot.name(), now));
            }
        }
        unreadSince.clear();
        unreadSince.putAll(unread);
        List<SlotName> redundant = new ArrayList<>();
        for (Slot slot : slots) {
            Long since = unread.get(slot.name());
            if (since != null && now - since >= PATIENCE_NANOS && slot.confirmedTs() <= ownTs) {
                redundant.add(slot.name());
            }
        }
        return redundant;
    }
}
