package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.reader.SlotName;
import dev.maintainer.connector.postgres.source.SourceDatabase.Slot;
import dev.maintainer.connector.postgres.wal.Lsn;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which slot a node reads. Pure.
 *
 * <p>Each slot of a changefeed is confirmed only up to a checkpoint that is durable, and nobody asks for what was committed up to
 * there. So each of them has all that may be asked for, and whichever is copied does.
 */
sealed interface SlotChoice {
    /** The node has one. */
    record Own(Slot slot) implements SlotChoice {}

    /** It is made from another one. */
    record CopyOf(Slot slot) implements SlotChoice {}

    /**
     * Chooses.
     *
     * @param own the name of the slot of the node
     * @param slots those of the changefeed
     * @param historyAfter what was committed up to here is not asked for; 0 if that is not known
     * @param startTs where the changefeed began
     * @throws MaintainerException with {@code SOURCE_HISTORY_LOST} if no slot has what may be asked for
     */
    static SlotChoice of(SlotName own, List<Slot> slots, long historyAfter, long startTs) {
        Optional<Slot> present =
                slots.stream().filter(slot -> slot.name().equals(own)).findFirst();
        long needed = Math.max(historyAfter, startTs);
        if (present.isPresent() && !present.get().lost()) {
            Slot slot = present.get();
            if (historyAfter > 0 && slot.confirmedTs() > needed) {
                throw lost("replication slot " + own + " begins after " + Lsn.text(slot.confirmedTs())
                        + ", and what was committed after " + Lsn.text(needed)
                        + " is needed: it was moved, or dropped and made anew");
            }
            return new Own(slot);
        }
        List<Slot> others = slots.stream()
                .filter(slot -> !slot.lost() && !slot.name().equals(own))
                .toList();
        Optional<Slot> latest = others.stream()
                .filter(slot -> slot.confirmedTs() <= needed)
                .max(Comparator.comparingLong(Slot::confirmedTs));
        return latest.or(() -> others.stream().min(Comparator.comparingLong(Slot::confirmedTs)))
                .<SlotChoice>map(CopyOf::new)
                .orElseThrow(() -> lost(
                        present.isPresent()
                                ? "replication slot " + own + " has lost what it retained, and there is no other one"
                                : "replication slot " + own + " is not there, nor another one of this changefeed"));
    }

    private static MaintainerException lost(String what) {
        return new MaintainerException(
                ErrorCode.SOURCE_HISTORY_LOST,
                what + "; remove the changefeed and create it anew: what is missing cannot be read any more");
    }
}
