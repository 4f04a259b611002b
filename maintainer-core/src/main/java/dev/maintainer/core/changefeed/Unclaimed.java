package dev.maintainer.core.changefeed;

import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Dispatchers that run although their table is not in the schema snapshot of the bootstrap. Either the table was created
 * after the snapshot, then the DDL trigger dispatcher will report it again and they are claimed; or it was dropped
 * before the snapshot, then they are orphans.
 *
 * <p>What tells them apart is time: a dispatcher's checkpoint is never below its table's creation. Once the changefeed's
 * checkpoint has reached the one that the dispatcher reported at bootstrap, its creation would have been reported.
 */
final class Unclaimed {
    /** A dispatcher that nobody has claimed. */
    static final class Leftover {
        final DispatcherId id;
        final NodeId node;
        final TableSpan span;
        final SchemaId schema;
        final long claimUntilTs;
        ComponentState component;
        long checkpointTs;

        Leftover(
                DispatcherId id,
                NodeId node,
                TableSpan span,
                SchemaId schema,
                ComponentState component,
                long checkpointTs) {
            this.id = id;
            this.node = node;
            this.span = span;
            this.schema = schema;
            this.component = component;
            this.claimUntilTs = checkpointTs;
            this.checkpointTs = checkpointTs;
        }
    }

    private final Map<DispatcherId, Leftover> leftovers = new LinkedHashMap<>();

    void add(Leftover leftover) {
        leftovers.putIfAbsent(leftover.id, leftover);
    }

    boolean contains(DispatcherId id) {
        return leftovers.containsKey(id);
    }

    /** Notes a report; one that has ended is forgotten. */
    void report(NodeId from, DispatcherStatus status) {
        Leftover leftover = leftovers.get(status.dispatcher());
        if (leftover == null || !leftover.node.equals(from)) {
            return;
        }
        if (status.state().isTerminal()) {
            leftovers.remove(leftover.id);
            return;
        }
        leftover.component = status.state();
        leftover.checkpointTs = Math.max(leftover.checkpointTs, status.checkpointTs());
    }

    /** Takes out all dispatchers of a table, by span. */
    List<Leftover> claim(TableId table) {
        return take(leftover -> leftover.span.table().equals(table));
    }

    /** Takes out those whose time to be claimed is over. */
    List<Leftover> expire(long committedTs) {
        return leftovers.isEmpty() ? List.of() : take(leftover -> committedTs >= leftover.claimUntilTs);
    }

    /** Takes out those of a dead node. */
    void forget(NodeId node) {
        take(leftover -> leftover.node.equals(node));
    }

    private List<Leftover> take(Predicate<Leftover> which) {
        List<Leftover> taken = new ArrayList<>();
        for (Iterator<Leftover> each = leftovers.values().iterator(); each.hasNext(); ) {
            Leftover leftover = each.next();
            if (which.test(leftover)) {
                taken.add(leftover);
                each.remove();
            }
        }
        taken.sort((a, b) -> a.span.compareTo(b.span));
        return taken;
    }

    int size() {
        return leftovers.size();
    }
}
