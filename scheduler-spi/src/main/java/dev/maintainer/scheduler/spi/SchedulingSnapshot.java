package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;
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
 * The state of a changefeed at one moment, as a planner sees it. Read-only; every order is the same in every process;
 * valid during the call of {@link Scheduler#plan} only. Iterables are lazy: reading a few elements of a million costs
 * only those few.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.HOST)
public interface SchedulingSnapshot {
    /** {@return a number that rises with each requested plan; the only clock that a planner has} */
    long round();

    /** {@return a seed for random choices of planners; a function of the changefeed, its epoch and the round} */
    long seed();

    /** {@return all nodes that are members or still have spans, by id} */
    List<NodeView> nodes();

    /** {@return all groups that have spans, by id} */
    List<GroupId> groups();

    /**
     * {@return how many spans a group has, in any state; 0 if there is no such group}
     *
     * @param group which group
     */
    int size(GroupId group);

    /**
     * {@return how many spans of a group wait for placement; 0 if there is no such group}
     *
     * @param group which group
     */
    int absentCount(GroupId group);

    /**
     * {@return the spans of a group that wait for placement and that no operator drives, oldest first; none if there is
     * no such group}
     *
     * @param group which group
     */
    Iterable<SpanView> absent(GroupId group);

    /**
     * {@return how many spans of a group are being scheduled on a node; 0 if there is no such group or node}
     *
     * @param group which group
     * @param node which node
     */
    int schedulingCount(GroupId group, NodeId node);

    /**
     * {@return how many spans of a group run on a node; 0 if there is no such group or node}
     *
     * @param group which group
     * @param node which node
     */
    int replicatingCount(GroupId group, NodeId node);

    /**
     * {@return the spans of a group that run on a node and that no operator drives, oldest first; none if there is no
     * such group or node}
     *
     * @param group which group
     * @param node which node
     */
    Iterable<SpanView> replicating(GroupId group, NodeId node);

    /**
     * {@return a span by its dispatcher; empty if the changefeed has none with it}
     *
     * @param dispatcher which one
     */
    Optional<SpanView> span(DispatcherId dispatcher);

    /**
     * {@return whether an operator drives this dispatcher; false if there is no such span}
     *
     * @param dispatcher which one
     */
    boolean isInFlight(DispatcherId dispatcher);

    /** {@return how many operators are in progress} */
    int inFlightCount();

    /**
     * The recent load of a span; {@link SpanLoad#UNKNOWN} if it is unknown. Since level 3, with
     * {@link SnapshotFeature#SPAN_LOAD}.
     *
     * @param dispatcher which span
     * @return in bytes and rows per second; also {@link SpanLoad#UNKNOWN} if there is no such span
     */
    default SpanLoad load(DispatcherId dispatcher) {
        return SpanLoad.UNKNOWN;
    }

    /**
     * Where to cut a span into parts of about equal load: at most {@code parts - 1} keys inside it, ascending; fewer,
     * or none, if it cannot be cut so often or its load is unknown. Since level 3, with
     * {@link SnapshotFeature#SPAN_LOAD}.
     *
     * @param dispatcher which span
     * @param parts 2 or more
     * @return ascending positions inside the span; also empty if there is no such span
     */
    default List<SpanBound> cuts(DispatcherId dispatcher, int parts) {
        return List.of();
    }

    /**
     * Whether rebalancing is suspended, because a node is or recently was being drained, or has just joined: the only
     * moves that are admitted are those off nodes that are not eligible, and those that restore a constraint. Splits
     * and merges are not affected. Since level 3.
     *
     * @return whether moves between eligible nodes are refused at the moment
     */
    default boolean isRebalanceSuspended() {
        return false;
    }

    /**
     * The names of the schemas that have spans, in their order. Lazy. Since level 4, with
     * {@link SnapshotFeature#TABLE_NAMES}; empty if none is known.
     *
     * @return without repetitions; empty if none is known
     */
    default Iterable<String> schemaNames() {
        return List.of();
    }

    /**
     * The tables of a schema whose names begin with a prefix, by name. Lazy: finding the first costs O(log tables), and
     * each further one next to nothing. Several can have one name while DDLs are in progress. Since level 4, with
     * {@link SnapshotFeature#TABLE_NAMES}.
     *
     * @param schemaName as the source spells it; empty result if there is no such schema
     * @param prefix what their names begin with; empty for all tables of the schema
     * @return by name; empty if there are none
     */
    default Iterable<TableView> tables(String schemaName, String prefix) {
        return List.of();
    }

    /**
     * The tables with this name: none or one, or several while DDLs are in progress. As {@link #tables}.
     *
     * @param name the whole name
     * @return empty if there are none
     */
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
     * The spans of a table in any state, including those that operators drive, in the order of their ranges. O(spans of
     * this table); empty if it has none. Since level 4.
     *
     * @param table which table
     * @return in the order of their ranges; empty if it has none
     */
    default Iterable<SpanView> spans(TableId table) {
        return List.of();
    }

    /** {@return the decisions of the last plan that were refused; empty if none was} */
    List<RefusedDecision> refused();
}
