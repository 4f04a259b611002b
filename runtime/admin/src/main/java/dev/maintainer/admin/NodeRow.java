package dev.maintainer.admin;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.coordinator.DrainView;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A node.
 *
 * @param member whether it is a member of the cluster
 * @param answers whether its maintainers' thread has answered in time
 * @param maintainers how many maintainers run on it; 0 if it does not answer
 * @param spans how many spans are bound to it, over all changefeeds whose maintainer answers
 * @param stuckPlanners planner threads on it that have never returned
 * @param drain how far its emptying is; {@code NONE} if it is not emptied
 * @param labels what planners know about it
 */
public record NodeRow(
        NodeId node,
        boolean member,
        boolean answers,
        int maintainers,
        int spans,
        int stuckPlanners,
        DrainView.State drain,
        SortedMap<String, String> labels) {
    /** Copies the labels. */
    public NodeRow {
        labels = Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }
}
