package dev.maintainer.core.scheduling.planner;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.NodeView;
import java.util.Optional;
import java.util.SortedMap;

/**
 * Checks the labels of nodes wherever they are set. Planners treat an invalid weight as 1, so nobody would notice a
 * typing error.
 */
public final class NodeLabels {
    private NodeLabels() {}

    /** What is wrong with the labels of a node, in words that follow upon its name; empty if nothing is. */
    public static Optional<String> complaint(SortedMap<String, String> labels) {
        String weight = labels.get(NodeView.WEIGHT);
        if (weight == null || isWeight(weight)) {
            return Optional.empty();
        }
        return Optional.of("has the weight '" + weight + "'; use a whole number from 0 to " + Integer.MAX_VALUE
                + ", where 0 means that the node gets nothing");
    }

    private static boolean isWeight(String text) {
        try {
            return Integer.parseInt(text) >= 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /**
     * Refuses labels that nobody can use.
     *
     * @throws MaintainerException with {@code BAD_CONFIGURATION}; the message names the node and the value
     */
    static void check(NodeId node, SortedMap<String, String> labels) throws MaintainerException {
        complaint(labels).ifPresent(complaint -> {
            throw new MaintainerException(ErrorCode.BAD_CONFIGURATION, "node " + node + " " + complaint);
        });
    }

    /** Whether labels say that their node gets nothing. */
    public static boolean isExcluded(SortedMap<String, String> labels) {
        String weight = labels.get(NodeView.WEIGHT);
        return weight != null && isWeight(weight) && Integer.parseInt(weight) == 0;
    }
}
