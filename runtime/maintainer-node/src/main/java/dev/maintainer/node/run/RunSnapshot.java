package dev.maintainer.node.run;

import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A run at one moment, for people.
 *
 * @param position events up to the frontier
 * @param size events of the whole log
 * @param checkpointTs the committed checkpoint; a TSO, 0 before there is one
 * @param lagMillis how far the checkpoint is behind what upstream has committed, in milliseconds of the source's own time; at least 0
 * @param activity what is being done to the cluster now; empty if nothing
 */
public record RunSnapshot(
        int position,
        int size,
        long rowsApplied,
        long checkpointTs,
        long lagMillis,
        SortedMap<String, Integer> dispatchersByNode,
        int operatorsInFlight,
        String owner,
        long epoch,
        String activity) {
    /** Copies the map. */
    public RunSnapshot {
        dispatchersByNode = new TreeMap<>(dispatchersByNode);
    }

    /** Progress in parts, each short enough for a line of a terminal. */
    public List<String> parts() {
        return List.of(
                percent() + "% of " + size + " events, " + rowsApplied + " rows applied",
                "checkpoint " + checkpointTs + ", lag " + lag() + " of the log's time",
                "owner " + (owner.isEmpty() ? "none" : owner + " (epoch " + epoch + ")") + ", " + operatorsInFlight
                        + " operators in flight",
                "dispatchers " + (dispatchersByNode.isEmpty() ? "not known yet" : dispatchersByNode)
                        + (activity.isEmpty() ? "" : "; " + activity));
    }

    /** Events up to the frontier, in percent. */
    public int percent() {
        return (int) (100L * position / Math.max(1, size));
    }

    private String lag() {
        long seconds = lagMillis / 1000;
        if (seconds >= 172_800) {
            return seconds / 86_400 + " d";
        }
        return seconds >= 7200 ? seconds / 3600 + " h" : seconds + " s";
    }
}
