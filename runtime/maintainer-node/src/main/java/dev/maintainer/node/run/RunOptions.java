package dev.maintainer.node.run;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import java.util.stream.IntStream;

/**
 * What a run does besides replicating.
 *
 * @param nodes how many nodes there are at the start; 1 to 64
 * @param handoffs how many times the maintainer moves; at least 0
 * @param kills how many nodes die; at least 0
 * @param joins how many nodes join; at least 0
 * @param drains how many nodes are emptied and stopped; at least 0
 * @param seed decides targets and victims
 * @param redo whether a redo log is kept, which the sink does not overtake
 * @param lowLatency whether nodes look more often, so that the checkpoint follows sooner
 * @param resume whether a changefeed that was paused in an earlier run goes on
 * @param syncPointInterval after how many rows of the source there is a sync point; 0 if there is none, at least 0
 * @param transport the name of the transport between the nodes; {@link RunTransports#IN_PROCESS} for none
 * @param planning who plans
 */
public record RunOptions(
        int nodes,
        int handoffs,
        int kills,
        int joins,
        int drains,
        long seed,
        boolean redo,
        boolean lowLatency,
        boolean resume,
        long syncPointInterval,
        String transport,
        SchedulerOptions planning) {
    /** Refuses what cannot be done. */
    public RunOptions {
        require(nodes >= 1 && nodes <= 64, "--nodes " + nodes + " must be between 1 and 64");
        require(handoffs >= 0 && handoffs <= 1000, "--handoffs " + handoffs + " must be between 0 and 1000");
        require(kills >= 0 && kills <= 1000, "--kill-nodes " + kills + " must be between 0 and 1000");
        require(joins >= 0 && joins <= 1000, "--join-nodes " + joins + " must be between 0 and 1000");
        require(drains >= 0 && drains <= 1000, "--drain-nodes " + drains + " must be between 0 and 1000");
        require(syncPointInterval >= 0, "--syncpoint-interval " + syncPointInterval + " must be 1 or more");
        require(
                drains == 0 || nodes + joins > kills + drains,
                "--drain-nodes " + drains + " would leave no node that could take the work, of " + nodes + " with "
                        + joins + " joining and " + kills + " killed; use fewer");
        require(
                nodes + joins > kills,
                "--kill-nodes " + kills + " would leave no node of " + nodes + " with " + joins
                        + " joining; use fewer");
        require(
                handoffs == 0 || nodes + joins - kills - drains > 1 || nodes > 1,
                "--handoffs " + handoffs + " needs a second node to hand over to");
        int most = nodes + joins;
        for (NodeId node : planning.labels().keySet()) {
            require(
                    IntStream.rangeClosed(1, most)
                            .anyMatch(number -> node.value().equals("n" + number)),
                    "--label is for node " + node + ", which there will not be; nodes are n1 to n" + most);
        }
    }

    /** Begins with three nodes on which nothing happens, for throughput. */
    public static Builder builder(SchedulerOptions planning) {
        return new Builder(planning);
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new MaintainerException(ErrorCode.BAD_CONFIGURATION, otherwise);
        }
    }

    /** Collects what a run does. Not thread-safe. */
    public static final class Builder {
        private int nodes = 3;
        private int handoffs;
        private int kills;
        private int joins;
        private int drains;
        private long seed = 1;
        private boolean redo;
        private boolean lowLatency;
        private boolean resume;
        private long syncPointInterval;
        private String transport = RunTransports.IN_PROCESS;
        private final SchedulerOptions planning;

        private Builder(SchedulerOptions planning) {
            this.planning = planning;
        }

        /** How many nodes there are at the start; 1 to 64. */
        public Builder nodes(int value) {
            nodes = value;
            return this;
        }

        /** How many times the maintainer moves; at least 0. */
        public Builder handoffs(int value) {
            handoffs = value;
            return this;
        }

        /** How many nodes die; at least 0. */
        public Builder kills(int value) {
            kills = value;
            return this;
        }

        /** How many nodes join; at least 0. */
        public Builder joins(int value) {
            joins = value;
            return this;
        }

        /** How many nodes are emptied and stopped; at least 0. */
        public Builder drains(int value) {
            drains = value;
            return this;
        }

        /** Decides targets and victims. */
        public Builder seed(long value) {
            seed = value;
            return this;
        }

        /** Whether a redo log is kept, which the sink does not overtake. */
        public Builder redo(boolean value) {
            redo = value;
            return this;
        }

        /** Whether nodes look more often, so that the checkpoint follows sooner. */
        public Builder lowLatency(boolean value) {
            lowLatency = value;
            return this;
        }

        /** Whether a changefeed that was paused in an earlier run goes on. */
        public Builder resume(boolean value) {
            resume = value;
            return this;
        }

        /** After how many rows of the source there is a sync point; 0 for none. The source is made to have them by itself. */
        public Builder syncPointInterval(long value) {
            syncPointInterval = value;
            return this;
        }

        /** The transport between the nodes, by name. */
        public Builder transport(String value) {
            transport = value;
            return this;
        }

        /** {@return what was collected} */
        public RunOptions build() {
            return new RunOptions(
                    nodes,
                    handoffs,
                    kills,
                    joins,
                    drains,
                    seed,
                    redo,
                    lowLatency,
                    resume,
                    syncPointInterval,
                    transport,
                    planning);
        }
    }
}
