package dev.maintainer.core;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state of a maintainer as users see it. Immutable; created on the maintainer's thread, read anywhere.
 *
 * @param checkpointTs the committed checkpoint; a TSO
 * @param resolvedTs what all dispatchers have received; a TSO
 * @param absent spans that wait for placement
 * @param operatorsInFlight operators, frozen ones included
 * @param dispatchersByNode bound spans by node
 * @param dispositions counts of what became of inbound messages, by {@code <message kind>/<disposition>}
 * @param checkpointHeldBy what keeps the checkpoint from rising, for people
 * @param scheduling which scheduler plans, and how well
 * @param refused the block event that the sink refuses, why, and what to do; null if it refuses none
 * @param errorCount how many errors are known at this moment
 * @param errors the newest of them first; at most {@link #MOST_ERRORS}
 * @param divided tables that are split, by id; at most {@link #MOST_DIVIDED} of them
 */
public record MaintainerView(
        ChangefeedId changefeed,
        MaintainerEpoch epoch,
        LifecyclePhase phase,
        long checkpointTs,
        long resolvedTs,
        int spans,
        int absent,
        int operatorsInFlight,
        SortedMap<NodeId, Integer> dispatchersByNode,
        Map<String, Long> dispositions,
        String checkpointHeldBy,
        SchedulingView scheduling,
        @Nullable String refused,
        int errorCount,
        List<ReportedError> errors,
        SortedMap<TableId, Parts> divided) {
    /** So many tables that are in parts are shown. */
    public static final int MOST_DIVIDED = 64;
    /** So many errors are shown. */
    public static final int MOST_ERRORS = 8;

    /**
     * A table that is in parts.
     *
     * @param count of the parts
     * @param nodes to which they are bound
     */
    public record Parts(int count, int nodes) {}

    /** Copies the maps and the list. */
    public MaintainerView {
        errors = List.copyOf(errors);
        divided = Collections.unmodifiableSortedMap(new TreeMap<>(divided));
        dispatchersByNode = Collections.unmodifiableSortedMap(new TreeMap<>(dispatchersByNode));
        dispositions = Collections.unmodifiableMap(new TreeMap<>(dispositions));
    }
}
