package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
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
 * @param maxPauseMillis the longest pause
 * @param maxDecisions the size of a plan
 * @param maxMoves the number of moves in a plan
 * @param maxInFlightPerNode operators that may be in progress towards one node
 * @param calmMillis how long nothing is rebalanced after the drain target has changed, and after it is empty
 * @param joinGraceMillis how long nothing is rebalanced after a node has joined: as long as a lease lasts, or longer
 * @param drainPatienceMillis how long a scheduler may leave spans on a node that is being drained
 * @param nodeLabels what planners may know about nodes, such as their zone and weight; a weight that is not a whole
 *     number of at least 0 is refused with {@code BAD_CONFIGURATION}
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

    /**
     * Refuses what nobody can plan with, and copies the labels.
     *
     * @throws MaintainerException with {@code BAD_CONFIGURATION}; the message names the value
     */
    public PlanningConfig {
        require("balanceMillis", balanceMillis, 1);
        require("deadlineMillis", deadlineMillis, 1);
        require("faultsUntilDegraded", faultsUntilDegraded, 1);
        require("pauseMillis", pauseMillis, 0);
        require("probeMillis", probeMillis, 1);
        require("maxPauseMillis", maxPauseMillis, 1);
        require("maxDecisions", maxDecisions, 1);
        require("maxMoves", maxMoves, 0);
        require("maxInFlightPerNode", maxInFlightPerNode, 1);
        require("calmMillis", calmMillis, 0);
        require("joinGraceMillis", joinGraceMillis, 0);
        require("drainPatienceMillis", drainPatienceMillis, 0);
        TreeMap<NodeId, SortedMap<String, String>> copy = new TreeMap<>();
        nodeLabels.forEach((node, labels) -> copy.put(node, Collections.unmodifiableSortedMap(new TreeMap<>(labels))));
        nodeLabels = Collections.unmodifiableSortedMap(copy);
        copy.forEach(NodeLabels::check);
    }

    private static void require(String name, long value, long least) {
        if (value < least) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION, name + " is " + value + "; use " + least + " or more");
        }
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

    /** Begins with the values for production. */
    public static Builder builder() {
        return new Builder(DEFAULTS);
    }

    /** Collects how planners are asked. Not thread-safe. */
    public static final class Builder {
        private long balanceMillis;
        private long deadlineMillis;
        private int faultsUntilDegraded;
        private long pauseMillis;
        private long probeMillis;
        private long maxPauseMillis;
        private int maxDecisions;
        private int maxMoves;
        private int maxInFlightPerNode;
        private long calmMillis;
        private long joinGraceMillis;
        private long drainPatienceMillis;
        private SortedMap<NodeId, SortedMap<String, String>> nodeLabels;

        private Builder(PlanningConfig from) {
            balanceMillis = from.balanceMillis;
            deadlineMillis = from.deadlineMillis;
            faultsUntilDegraded = from.faultsUntilDegraded;
            pauseMillis = from.pauseMillis;
            probeMillis = from.probeMillis;
            maxPauseMillis = from.maxPauseMillis;
            maxDecisions = from.maxDecisions;
            maxMoves = from.maxMoves;
            maxInFlightPerNode = from.maxInFlightPerNode;
            calmMillis = from.calmMillis;
            joinGraceMillis = from.joinGraceMillis;
            drainPatienceMillis = from.drainPatienceMillis;
            nodeLabels = from.nodeLabels;
        }

        /** The time between two plans when nothing has changed. */
        public Builder balanceMillis(long millis) {
            balanceMillis = millis;
            return this;
        }

        /** How long a planner may take; a hundredth of a millisecond per changed span comes on top. */
        public Builder deadlineMillis(long millis) {
            deadlineMillis = millis;
            return this;
        }

        /** After so many faults in a row the built-in placement steps in. */
        public Builder faultsUntilDegraded(int value) {
            faultsUntilDegraded = value;
            return this;
        }

        /** The pause after a fault; it doubles with each further one. */
        public Builder pauseMillis(long millis) {
            pauseMillis = millis;
            return this;
        }

        /** The pause before a planner that was replaced is tried again; it doubles with each further fault. */
        public Builder probeMillis(long millis) {
            probeMillis = millis;
            return this;
        }

        /** No pause is longer. */
        public Builder maxPauseMillis(long millis) {
            maxPauseMillis = millis;
            return this;
        }

        /** The size of a plan. */
        public Builder maxDecisions(int value) {
            maxDecisions = value;
            return this;
        }

        /** The number of moves in a plan. */
        public Builder maxMoves(int value) {
            maxMoves = value;
            return this;
        }

        /** Operators that may be in progress towards one node. */
        public Builder maxInFlightPerNode(int value) {
            maxInFlightPerNode = value;
            return this;
        }

        /** How long nothing is rebalanced after the drain target has changed, and after it is empty. */
        public Builder calmMillis(long millis) {
            calmMillis = millis;
            return this;
        }

        /** How long nothing is rebalanced after a node has joined: as long as a lease lasts, or longer. */
        public Builder joinGraceMillis(long millis) {
            joinGraceMillis = millis;
            return this;
        }

        /** How long a scheduler may let spans lie on a node that is being emptied. */
        public Builder drainPatienceMillis(long millis) {
            drainPatienceMillis = millis;
            return this;
        }

        /**
         * What planners may know about nodes, such as their zone and weight; a weight that is not a whole number of at
         * least 0 is refused with {@code BAD_CONFIGURATION}.
         */
        public Builder nodeLabels(SortedMap<NodeId, SortedMap<String, String>> value) {
            nodeLabels = value;
            return this;
        }

        /** {@return what was collected} */
        public PlanningConfig build() {
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
                    nodeLabels);
        }
    }
}
