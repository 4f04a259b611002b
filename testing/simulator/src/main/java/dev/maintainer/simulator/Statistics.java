package dev.maintainer.simulator;

import dev.maintainer.simulator.incident.IncidentKind;
import java.util.EnumMap;
import java.util.Map;

/**
 * What a run, or many, consisted of.
 *
 * @param worlds how many runs
 * @param handoffs removals that began: each quiesced a maintainer
 * @param handoffsAmidDivision those that froze a split or a merge
 * @param handoffsAmidDrain those while a node was being emptied
 * @param handoffsWithRedo those of a changefeed with a redo log: each quiesced two pipelines
 * @param splits that began
 * @param merges that began
 * @param drains nodes that got empty
 * @param expelled members that were expelled because a maintainer did not hear them
 * @param sessionsLost planners' sessions that were lost
 * @param virtualMillis time that passed in the worlds
 * @param messages that were sent
 * @param incidents by kind, those that took place
 * @param settledAfterMillis the longest time from the last fault to rest
 * @param heldWrites writes that the sink refused because of an older epoch
 * @param zombieWrites writes beside a node whose lease had ended without its knowledge; harmless because they are
 *     replays
 * @param barriers what became of block events
 * @param unheardOfWrites writes beside a node that nobody alive knew when the owner began, the coordinator included
 */
public record Statistics(
        long worlds,
        long handoffs,
        long handoffsAmidDivision,
        long handoffsAmidDrain,
        long handoffsWithRedo,
        long splits,
        long merges,
        long drains,
        long expelled,
        long sessionsLost,
        long virtualMillis,
        long messages,
        Map<IncidentKind, Long> incidents,
        long settledAfterMillis,
        long heldWrites,
        long zombieWrites,
        BarrierCounts barriers,
        long unheardOfWrites) {
    /** Nothing yet. */
    public static final Statistics NONE =
            new Statistics(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, Map.of(), 0, 0, 0, BarrierCounts.NONE, 0);

    /** Takes a copy, in the order of the kinds. */
    public Statistics {
        EnumMap<IncidentKind, Long> copy = new EnumMap<>(IncidentKind.class);
        copy.putAll(incidents);
        incidents = java.util.Collections.unmodifiableMap(copy);
    }

    /** Of a world without changefeeds; {@code rosters} are its messages. */
    public static Statistics ofWorld(
            long virtualMillis, long rosters, Map<IncidentKind, Long> incidents, long settledAfterMillis) {
        return new Statistics(
                1,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                0,
                virtualMillis,
                rosters,
                incidents,
                settledAfterMillis,
                0,
                0,
                BarrierCounts.NONE,
                0);
    }

    /** Both together. */
    public Statistics plus(Statistics other) {
        EnumMap<IncidentKind, Long> sum = new EnumMap<>(IncidentKind.class);
        sum.putAll(incidents);
        other.incidents.forEach((kind, count) -> sum.merge(kind, count, Long::sum));
        return new Statistics(
                worlds + other.worlds,
                handoffs + other.handoffs,
                handoffsAmidDivision + other.handoffsAmidDivision,
                handoffsAmidDrain + other.handoffsAmidDrain,
                handoffsWithRedo + other.handoffsWithRedo,
                splits + other.splits,
                merges + other.merges,
                drains + other.drains,
                expelled + other.expelled,
                sessionsLost + other.sessionsLost,
                virtualMillis + other.virtualMillis,
                messages + other.messages,
                sum,
                Math.max(settledAfterMillis, other.settledAfterMillis),
                heldWrites + other.heldWrites,
                zombieWrites + other.zombieWrites,
                barriers.plus(other.barriers),
                unheardOfWrites + other.unheardOfWrites);
    }
}
