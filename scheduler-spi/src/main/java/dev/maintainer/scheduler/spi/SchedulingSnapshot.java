package dev.maintainer.scheduler.spi;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.GroupId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The changefeed at one moment. Read-only; every order is the same in every process; valid during the call of
 * {@link Scheduler#plan} only. Iterables are lazy: reading a few elements of a million costs a few.
 */
@ConstructedBy(ConstructedBy.Side.HOST)
public interface SchedulingSnapshot {
    /** Rises with each plan that is asked for; the only clock that a planner has. */
    long round();

    /** Chance for planners that want it; a function of the changefeed, its epoch and the round. */
    long seed();

    /** All nodes that are members or still have spans, by id. */
    List<NodeView> nodes();

    /** All groups that have spans, by id. */
    List<GroupId> groups();

    /** How many spans a group has, in any state. */
    int size(GroupId group);

    /** How many spans of a group wait for placement. */
    int absentCount(GroupId group);

    /** The spans of a group that wait for placement and that no operator drives, oldest first. */
    Iterable<SpanView> absent(GroupId group);

    /** How many spans of a group are being scheduled on a node. */
    int schedulingCount(GroupId group, NodeId node);

    /** How many spans of a group run on a node. */
    int replicatingCount(GroupId group, NodeId node);

    /** The spans of a group that run on a node and that no operator drives, oldest first. */
    Iterable<SpanView> replicating(GroupId group, NodeId node);

    /** A span by its dispatcher. */
    Optional<SpanView> span(DispatcherId dispatcher);

    /** Whether an operator drives this dispatcher. */
    boolean isInFlight(DispatcherId dispatcher);

    /** How many operators are under way. */
    int inFlightCount();

    /**
     * How much work a span has been lately; {@link SpanLoad#UNKNOWN} if nobody knows. Since level 3, with
     * {@link SnapshotFeature#SPAN_LOAD}.
     */
    default SpanLoad load(DispatcherId dispatcher) {
        return SpanLoad.UNKNOWN;
    }

    /**
     * Where to cut a span into parts of about equal work: at most {@code parts - 1} keys inside it, ascending; fewer, or
     * none, if it cannot be cut so often or nobody knows. Since level 3, with {@link SnapshotFeature#SPAN_LOAD}.
     *
     * @param parts 2 or more
     */
    default List<SpanBound> cuts(DispatcherId dispatcher, int parts) {
        return List.of();
    }

    /**
     * Whether the host wants nodes left as they are, because one is being emptied or was lately, or has just joined: of
     * the moves, only those off nodes that are not eligible are admitted, and those that restore a constraint. Splits and
     * merges are not meant. Since level 3.
     */
    default boolean isCalm() {
        return false;
    }

    /**
     * The names of the schemas that have spans, in their order. Lazy. Since level 4, with
     * {@link SnapshotFeature#TABLE_NAMES}; empty if nobody knows any.
     */
    default Iterable<String> schemaNames() {
        return List.of();
    }

    /**
     * The tables of a schema whose names begin with a prefix, by name. Lazy: finding the first costs O(log tables), and
     * each further one next to nothing. Several can have one name while DDLs are under way. Since level 4, with
     * {@link SnapshotFeature#TABLE_NAMES}.
     *
     * @param schemaName as the source spells it; empty result if there is no such schema
     * @param prefix what their names begin with; empty for all tables of the schema
     */
    default Iterable<TableView> tables(String schemaName, String prefix) {
        return List.of();
    }

    /** The tables with this name: none or one, or several while DDLs are under way. As {@link #tables}. */
    default List<TableView> tables(TableName name) {
        List<TableView> found = new ArrayList<>();
        for (TableView table : tables(name.schema(), name.table())) {
            if (!table.name().equals(name)) {
                break;
            }
            found.add(table);
        }
        return found;
    }

    /**
     * The spans of a table in any state, those that operators drive included, in the order of their ranges. Costs the
     * spans of this table; empty if it has none. Since level 4.
     */
    default Iterable<SpanView> spans(TableId table) {
        return List.of();
    }

    /** What became of the last plan, where it was refused. */
    List<RefusedDecision> refused();
}
