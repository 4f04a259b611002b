package dev.maintainer.core.membership;

import dev.maintainer.scheduler.spi.NodeView;
import java.util.SortedMap;

/** The weight among the labels of a node: a whole number from 0. What is none counts as 1, as it does for planners. */
public final class NodeWeight {
    private NodeWeight() {}

    /** Whether a text is a weight. */
    public static boolean isValid(String text) {
        try {
            return Integer.parseInt(text) >= 0;
        } catch (NumberFormatException e) {
            return false;
        }
    }

    /** Whether labels say that their node gets nothing. */
    public static boolean isZero(SortedMap<String, String> labels) {
        String weight = labels.get(NodeView.WEIGHT);
        return weight != null && isValid(weight) && Integer.parseInt(weight) == 0;
    }
}
