package dev.maintainer.scheduler.spi;

import dev.maintainer.api.model.NodeId;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A node, as of this snapshot.
 *
 * @param eligible whether it may be the target of a decision
 * @param load spans that run on the node, or will when what is under way has ended
 * @param inFlight operators that are under way towards the node
 * @param labels what the operator of the cluster has said about the node; unmodifiable, empty below level 2
 */
@ConstructedBy(ConstructedBy.Side.HOST)
public record NodeView(NodeId id, boolean eligible, int load, int inFlight, SortedMap<String, String> labels) {
    /** The label that {@link #zone()} reads. */
    public static final String ZONE = "zone";

    /** The label that {@link #weight()} reads. */
    public static final String WEIGHT = "weight";

    /** Copies the labels. */
    public NodeView {
        labels = labels.isEmpty()
                ? Collections.emptySortedMap()
                : Collections.unmodifiableSortedMap(new TreeMap<>(labels));
    }

    /** A node without labels. */
    public NodeView(NodeId id, boolean eligible, int load, int inFlight) {
        this(id, eligible, load, inFlight, Collections.emptySortedMap());
    }

    /** Where the node is: what fails together. Empty if nobody has said so. */
    public String zone() {
        return labels.getOrDefault(ZONE, "");
    }

    /** How much the node can take compared with others, 1 or more; 1 if nobody has said so, or not with such a number. */
    public int weight() {
        String weight = labels.get(WEIGHT);
        if (weight == null) {
            return 1;
        }
        try {
            return Math.max(1, Integer.parseInt(weight));
        } catch (NumberFormatException e) {
            return 1;
        }
    }
}
