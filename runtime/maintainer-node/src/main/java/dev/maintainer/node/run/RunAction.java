package dev.maintainer.node.run;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Something that a run does to its cluster while data flows. */
public enum RunAction {
    /** The maintainer moves to another node. */
    HANDOFF,
    /** A node dies. */
    KILL,
    /** A node joins. */
    JOIN,
    /** A node is emptied, and stopped when it is empty. */
    DRAIN,
    /** Another scheduler is selected. */
    SWAP;

    /**
     * All actions of a run in the order in which they happen: shuffled by the seed, but never so that no node, or for a
     * handoff no second node, would be left if another order avoids it.
     */
    public static List<RunAction> planned(RunOptions options) {
        int handoffs = options.handoffs();
        int kills = options.kills();
        int joins = options.joins();
        int nodes = options.nodes();
        int drains = options.drains();
        int swaps = options.planning().swaps().size();
        SplittableRandom random = new SplittableRandom(options.seed());
        List<RunAction> plan = new ArrayList<>();
        while (handoffs + kills + joins + drains + swaps > 0) {
            List<RunAction> possible = new ArrayList<>();
            for (int i = 0; i < handoffs && nodes > 1; i++) {
                possible.add(HANDOFF);
            }
            // With handoffs still to do and nobody to join, the last two nodes must stay.
            for (int i = 0; i < kills && nodes > (handoffs > 0 && joins == 0 ? 2 : 1); i++) {
                possible.add(KILL);
            }
            for (int i = 0; i < drains && nodes > (handoffs > 0 && joins == 0 ? 2 : 1); i++) {
                possible.add(DRAIN);
            }
            for (int i = 0; i < joins; i++) {
                possible.add(JOIN);
            }
            for (int i = 0; i < swaps; i++) {
                possible.add(SWAP);
            }
            if (possible.isEmpty()) {
                break;
            }
            RunAction action = possible.get(random.nextInt(possible.size()));
            plan.add(action);
            switch (action) {
                case HANDOFF -> handoffs--;
                case KILL -> {
                    kills--;
                    nodes--;
                }
                case JOIN -> {
                    joins--;
                    nodes++;
                }
                case DRAIN -> {
                    drains--;
                    nodes--;
                }
                case SWAP -> swaps--;
            }
        }
        return plan;
    }
}
