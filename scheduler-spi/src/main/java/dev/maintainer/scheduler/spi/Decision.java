package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import java.util.List;

/**
 * One proposed change.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.PLUGIN)
public sealed interface Decision {
    /** {@return the dispatcher to change; of a merge, the first} */
    DispatcherId dispatcher();

    /** {@return the node concerned: where it should run, or where it runs and is split or merged} */
    NodeId target();

    /** {@return why it is proposed} */
    Reason reason();

    /** {@return all dispatchers to change; of a merge, in the order of their ranges} */
    default List<DispatcherId> dispatchers() {
        return List.of(dispatcher());
    }

    /** {@return a description of the proposal, without the reason, for example "move 1-2 from n1 to n2"} */
    String describe();

    /**
     * Place an absent span.
     *
     * @param dispatcher the absent span's dispatcher
     * @param target where it should run
     * @param reason why it is proposed
     */
    @ConstructedBy(ConstructedBy.Side.PLUGIN)
    record Place(DispatcherId dispatcher, NodeId target, Reason reason) implements Decision {
        @Override
        public String describe() {
            return "place " + dispatcher + " on " + target;
        }
    }

    /**
     * Move a running span; refused as stale when it no longer runs on {@code origin}.
     *
     * @param dispatcher the running span's dispatcher
     * @param origin where it runs
     * @param target where it should run; another node than {@code origin}
     * @param reason why it is proposed
     * @param restoresConstraint whether it brings the span to where the administrator of the cluster wants it, and
     *     where it stays however loads change; admitted while rebalancing is suspended, and a violation if the planner
     *     does not declare {@link Trait#RESTORES_CONSTRAINTS}. Since level 4
     */
    @ConstructedBy(ConstructedBy.Side.PLUGIN)
    record Move(DispatcherId dispatcher, NodeId origin, NodeId target, Reason reason, boolean restoresConstraint)
            implements Decision {
        /**
         * Creates a move for another reason than a constraint.
         *
         * @param dispatcher the running span's dispatcher
         * @param origin where it runs
         * @param target where it should run; another node than {@code origin}
         * @param reason why it is proposed
         */
        public Move(DispatcherId dispatcher, NodeId origin, NodeId target, Reason reason) {
            this(dispatcher, origin, target, reason, false);
        }

        /**
         * The same move, declared to restore a constraint.
         *
         * @return a new move, for planners that declare {@link Trait#RESTORES_CONSTRAINTS}; since level 4
         */
        public Move restoringConstraint() {
            return new Move(dispatcher, origin, target, reason, true);
        }

        @Override
        public String describe() {
            return "move " + dispatcher + " from " + origin + " to " + target
                    + (restoresConstraint ? ", to restore a constraint" : "");
        }
    }

    /**
     * Replace a running span by parts; refused as stale when it no longer runs on {@code origin}. Since level 3.
     *
     * @param dispatcher the running span's dispatcher
     * @param origin where it runs
     * @param cuts where the parts meet: inside the span, ascending, at least one
     * @param targets where each part should run, in the order of their ranges; empty if the parts should be placed like
     *     any absent span
     * @param reason why it is proposed
     */
    @ConstructedBy(ConstructedBy.Side.PLUGIN)
    record Split(DispatcherId dispatcher, NodeId origin, List<SpanBound> cuts, List<NodeId> targets, Reason reason)
            implements Decision {
        /**
         * Copies the lists.
         *
         * @param dispatcher the running span's dispatcher
         * @param origin where it runs
         * @param cuts where the parts meet: inside the span, ascending, at least one
         * @param targets where each part should run, in the order of their ranges; empty if the parts should be placed
         *     like any absent span
         * @param reason why it is proposed
         * @throws NullPointerException if a list has a null
         */
        public Split {
            cuts = List.copyOf(cuts);
            targets = List.copyOf(targets);
        }

        @Override
        public NodeId target() {
            return origin;
        }

        @Override
        public String describe() {
            String where = targets.isEmpty() ? "" : ", parts to " + targets;
            return "split " + dispatcher + " on " + origin + " at " + cuts + where;
        }
    }

    /**
     * Replace adjacent spans that run on one node by one; refused as stale when they no longer do. Since level 3.
     *
     * @param dispatchers in the order of their ranges, at least two, each beginning where the one before ends
     * @param node where they run
     * @param reason why it is proposed
     */
    @ConstructedBy(ConstructedBy.Side.PLUGIN)
    record Merge(List<DispatcherId> dispatchers, NodeId node, Reason reason) implements Decision {
        /**
         * Copies the list; refuses fewer than two dispatchers.
         *
         * @param dispatchers in the order of their ranges, at least two, each beginning where the one before ends
         * @param node where they run
         * @param reason why it is proposed
         * @throws IllegalArgumentException if there are fewer than two dispatchers
         * @throws NullPointerException if the list has a null
         */
        public Merge {
            dispatchers = List.copyOf(dispatchers);
            if (dispatchers.size() < 2) {
                throw new IllegalArgumentException("merge of " + dispatchers + "; it takes two or more");
            }
        }

        @Override
        public DispatcherId dispatcher() {
            return dispatchers.get(0);
        }

        @Override
        public NodeId target() {
            return node;
        }

        @Override
        public String describe() {
            return "merge " + dispatchers + " on " + node;
        }
    }
}
