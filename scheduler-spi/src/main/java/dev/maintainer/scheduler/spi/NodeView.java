package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.NodeId;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A node, as of this snapshot.
 *
 * @param id which node
 * @param obstacles why it may not be the target of a decision; empty if it may; unmodifiable. A node of weight 0 has
 *     {@link NodeObstacle#EXCLUDED}, whoever creates the view. Since level 4
 * @param load spans that run on the node, or will run there when the operators in progress have ended
 * @param adds operators that are in progress towards the node and start something that runs nowhere yet: placements,
 *     and the parts of a split. Since level 4
 * @param moves operators that are in progress towards the node and also stop something elsewhere. Since level 4
 * @param labels what the administrator of the cluster has set for the node; unmodifiable, empty below level 2
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.HOST)
public record NodeView(
        NodeId id, Set<NodeObstacle> obstacles, int load, int adds, int moves, SortedMap<String, String> labels) {
    /** The label that {@link #zone()} reads. */
    public static final String ZONE = "zone";

    /** The label that {@link #weight()} reads. */
    public static final String WEIGHT = "weight";

    /**
     * Copies the labels and the obstacles; a weight of 0 among the labels adds {@link NodeObstacle#EXCLUDED}.
     *
     * @param id which node
     * @param obstacles why it may not be the target of a decision; empty if it may
     * @param load spans that run on the node, or will run there when the operators in progress have ended
     * @param adds operators that are in progress towards the node and start something that runs nowhere yet:
     *     placements, and the parts of a split. Since level 4
     * @param moves operators that are in progress towards the node and also stop something elsewhere. Since level 4
     * @param labels what the administrator of the cluster has set for the node; unmodifiable, empty below level 2
     */
    public NodeView {
        labels = labels.isEmpty()
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(new TreeMap<>(labels));
        boolean excluded = weight(labels) == 0;
        if (obstacles.isEmpty() && !excluded) {
            obstacles = Collections.emptySet();
        } else {
            EnumSet<NodeObstacle> all = EnumSet.noneOf(NodeObstacle.class);
            all.addAll(obstacles);
            if (excluded) {
                all.add(NodeObstacle.EXCLUDED);
            }
            obstacles = Collections.unmodifiableSet(all);
        }
    }

    /**
     * Creates a node that may get spans, or one that is being drained.
     *
     * @param id which node
     * @param eligible false for one that is being drained
     * @param load spans that run on the node, or will run there when the operators in progress have ended
     * @param inFlight operators that are in progress towards it, none of them a move
     * @param labels what the administrator of the cluster has set for the node; empty below level 2
     */
    public NodeView(NodeId id, boolean eligible, int load, int inFlight, SortedMap<String, String> labels) {
        this(id, eligible ? Collections.emptySet() : EnumSet.of(NodeObstacle.DRAINING), load, inFlight, 0, labels);
    }

    /**
     * Creates the same node without labels.
     *
     * @param id which node
     * @param eligible false for one that is being drained
     * @param load spans that run on the node, or will run there when the operators in progress have ended
     * @param inFlight operators that are in progress towards it, none of them a move
     */
    public NodeView(NodeId id, boolean eligible, int load, int inFlight) {
        this(id, eligible, load, inFlight, Collections.emptySortedMap());
    }

    /** {@return whether it may be the target of a decision} */
    public boolean eligible() {
        return obstacles.isEmpty();
    }

    /**
     * {@return the number of operators that are in progress towards the node; what {@link Budget#maxInFlightPerNode()}
     * limits}
     */
    public int inFlight() {
        return adds + moves;
    }

    /** {@return the zone of the node, which is a set of nodes that may fail together; empty if none is set} */
    public String zone() {
        return labels.getOrDefault(ZONE, "");
    }

    /**
     * How much load the node can take compared with others; 1 if no valid weight is set. 0 means that it should have no
     * spans, and then it is not eligible; planners below level 4 see 1 instead.
     *
     * @return 0 or more, in no unit: only the ratio to other nodes counts
     */
    public int weight() {
        return weight(labels);
    }

    private static int weight(SortedMap<String, String> labels) {
        String weight = labels.get(WEIGHT);
        if (weight == null) {
            return 1;
        }
        try {
            int number = Integer.parseInt(weight);
            return number < 0 ? 1 : number;
        } catch (NumberFormatException e) {
            return 1;
        }
    }
}
