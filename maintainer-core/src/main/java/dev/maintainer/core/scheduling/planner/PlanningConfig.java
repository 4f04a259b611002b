package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.model.NodeId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * When planners are asked, how long they may take, and what they may start. All times in milliseconds.
 *
 * @param balanceMillis the time between two plans when nothing has changed
 * @param deadlineMillis how long a planner may take; a hundredth of a millisecond per changed span comes on top
 * @param faultsUntilDegraded after so many faults in a row the built-in placement steps in
 * @param pauseMillis the pause after a fault; it doubles with each further one
 * @param probeMillis the pause before a planner that was replaced is tried again; it doubles with each further fault
 * @param maxPauseMillis no pause is longer
 * @param maxDecisions the size of a plan
 * @param maxMoves the number of moves in a plan
 * @param maxInFlightPerNode operators that may be under way towards one node
 * @param calmMillis how long nothing is evened out after the drain target has changed, and after it is empty
 * @param joinGraceMillis how long nothing is evened out after a node has joined: as long as a lease lasts, or longer
 * @param drainPatienceMillis how long a scheduler may let spans lie on a node that is being emptied
 * @param nodeLabels what planners may know about nodes, such as their zone and weight; a weight that is no whole number
 *     from 0 on is refused with {@code BAD_CONFIGURATION}
 */
public record PlanningConfig(
        long balanceMillis,
        long deadlineMillis,
        int faultsUntilDegraded,
        long pauseMillis,
        long probeMillis,
        long maxPauseMillis,
        int maxDecisions,
        int maxMoves,
        int maxInFlightPerNode,
        long calmMillis,
        long joinGraceMillis,
        long drainPatienceMillis,
        SortedMap<NodeId, SortedMap<String, String>> nodeLabels) {
    /** The values for production. */
    public static final PlanningConfig DEFAULTS = new PlanningConfig(
            15_000,
            3_000,
            3,
            500,
            15_000,
            600_000,
            10_000,
            1_024,
            1_000,
            120_000,
            15_000,
            5_000,
            Collections.emptySortedMap());

    /** Copies the labels. */
    public PlanningConfig {
        TreeMap<NodeId, SortedMap<String, String>> copy = new TreeMap<>();
        nodeLabels.forEach((node, labels) -> copy.put(node, Collections.unmodifiableSortedMap(new TreeMap<>(labels))));
        nodeLabels = Collections.unmodifiableSortedMap(copy);
        copy.forEach(NodeLabels::check);
    }

    /** The nodes whose weight is 0: they get nothing. */
    public SortedSet<NodeId> excludedNodes() {
        SortedSet<NodeId> excluded = new TreeSet<>();
        nodeLabels.forEach((node, labels) -> {
            if (NodeLabels.isExcluded(labels)) {
                excluded.add(node);
            }
        });
        return excluded;
    }

    /** With another time between two plans when nothing has changed. */
    public PlanningConfig withBalanceMillis(long millis) {
        return new PlanningConfig(
                millis,
                deadlineMillis,
                faultsUntilDegraded,
                pauseMillis,
                probeMillis,
                maxPauseMillis,
                maxDecisions,
                maxMoves,
                maxInFlightPerNode,
                calmMillis,
                joinGraceMillis,
                drainPatienceMillis,
                nodeLabels);
    }

    /** With another time that a planner may take. */
    public PlanningConfig withDeadlineMillis(long millis) {
        return new PlanningConfig(
                balanceMillis,
                millis,
                faultsUntilDegraded,
                pauseMillis,
                probeMillis,
                maxPauseMillis,
                maxDecisions,
                maxMoves,
                maxInFlightPerNode,
                calmMillis,
                joinGraceMillis,
                drainPatienceMillis,
                nodeLabels);
    }

    /** With other pauses. */
    public PlanningConfig withPauses(long pause, long probe, long longest) {
        return new PlanningConfig(
                balanceMillis,
                deadlineMillis,
                faultsUntilDegraded,
                pause,
                probe,
                longest,
                maxDecisions,
                maxMoves,
                maxInFlightPerNode,
                calmMillis,
                joinGraceMillis,
                drainPatienceMillis,
                nodeLabels);
    }

    /** With other limits for plans. */
    public PlanningConfig withLimits(int decisions, int moves, int inFlightPerNode) {
        return new PlanningConfig(
                balanceMillis,
                deadlineMillis,
                faultsUntilDegraded,
                pauseMillis,
                probeMillis,
                maxPauseMillis,
                decisions,
                moves,
                inFlightPerNode,
                calmMillis,
                joinGraceMillis,
                drainPatienceMillis,
                nodeLabels);
    }

    /** With another time of calm after a drain, and another patience during one. */
    public PlanningConfig withDrain(long calm, long patience) {
        return new PlanningConfig(
                balanceMillis,
                deadlineMillis,
                faultsUntilDegraded,
                pauseMillis,
                probeMillis,
                maxPauseMillis,
                maxDecisions,
                maxMoves,
                maxInFlightPerNode,
                calm,
                joinGraceMillis,
                patience,
                nodeLabels);
    }

    /** With another grace after a join. */
    public PlanningConfig withJoinGraceMillis(long millis) {
        return new PlanningConfig(
                balanceMillis,
                deadlineMillis,
                faultsUntilDegraded,
                pauseMillis,
                probeMillis,
                maxPauseMillis,
                maxDecisions,
                maxMoves,
                maxInFlightPerNode,
                calmMillis,
                millis,
                drainPatienceMillis,
                nodeLabels);
    }

    /** With labels of nodes. */
    public PlanningConfig withNodeLabels(SortedMap<NodeId, SortedMap<String, String>> labels) {
        return new PlanningConfig(
                balanceMillis,
                deadlineMillis,
                faultsUntilDegraded,
                pauseMillis,
                probeMillis,
                maxPauseMillis,
                maxDecisions,
                maxMoves,
                maxInFlightPerNode,
                calmMillis,
                joinGraceMillis,
                drainPatienceMillis,
                labels);
    }
}
