package dev.maintainer.scheduler.defaults;

import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.scheduler.spi.NodeView;
import dev.maintainer.scheduler.spi.SchedulingSnapshot;
import dev.maintainer.scheduler.spi.SpanLoad;
import dev.maintainer.scheduler.spi.SpanView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How much work running spans and their nodes are, in bytes per second. Costs one look at each running span. A span of
 * which nobody knows counts as no work, and is never a reason to do anything.
 */
final class Work {
    /** A span and its work; NaN if unknown. */
    record Measured(SpanView span, NodeId node, double bytes) {
        boolean isKnown() {
            return !Double.isNaN(bytes);
        }
    }

    private final SchedulingSnapshot snapshot;
    private final Map<NodeId, Double> byNode = new TreeMap<>();
    private final Map<GroupId, List<Measured>> tables = new TreeMap<>();
    private final List<Measured> wholes = new ArrayList<>();
    private boolean complete = true;

    Work(SchedulingSnapshot snapshot) {
        this.snapshot = snapshot;
        for (NodeView node : snapshot.nodes()) {
            byNode.put(node.id(), 0.0);
        }
        for (GroupId group : snapshot.groups()) {
            List<Measured> measured = group.isDefault() ? wholes : new ArrayList<>();
            for (NodeView node : snapshot.nodes()) {
                snapshot.replicating(group, node.id()).forEach(span -> measured.add(measure(span, node.id())));
            }
            if (!group.isDefault()) {
                measured.sort(Comparator.comparing(each -> each.span().span()));
                tables.put(group, measured);
            }
        }
    }

    private Measured measure(SpanView span, NodeId node) {
        SpanLoad load = snapshot.load(span.dispatcher());
        if (!load.isKnown()) {
            complete = false;
            return new Measured(span, node, Double.NaN);
        }
        byNode.merge(node, load.bytesPerSecond(), Double::sum);
        return new Measured(span, node, load.bytesPerSecond());
    }

    /** Running spans that are whole tables. */
    List<Measured> wholes() {
        return wholes;
    }

    /** Running parts of tables, in the order of their ranges. */
    Map<GroupId, List<Measured>> tables() {
        return tables;
    }

    /** Whether all running spans have been measured. */
    boolean isComplete() {
        return complete;
    }

    /** The work of a node, compared with what it can take. */
    double of(Slot slot) {
        return byNode.getOrDefault(slot.id(), 0.0) / slot.weight();
    }

    /** A node gets this much more, or less. */
    void change(Slot slot, double bytes) {
        byNode.merge(slot.id(), bytes, Double::sum);
    }
}
