package dev.maintainer.core.changefeed;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.core.checkpoint.CheckpointCalculator;
import dev.maintainer.core.registry.SpanRegistry;
import dev.maintainer.core.registry.SpanReplica;
import dev.maintainer.core.registry.Tombstones;
import dev.maintainer.core.routing.RouteAdmission;
import dev.maintainer.core.scheduling.host.PlanDemand;
import dev.maintainer.operator.OperatorController;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Does to the set of tables what a DDL says; drops through removals that replace whatever is in flight. */
final class TableChanges {
    private final SpanRegistry registry;
    private final OperatorController operators;
    private final Tombstones tombstones;
    private final Adoption adoption;
    private final CheckpointCalculator checkpoint;
    private final PlanDemand demand;
    private final @Nullable RouteAdmission routes;

    /** @param routes null if no two tables of the source can end on one of the target */
    TableChanges(
            SpanState spans,
            Adoption adoption,
            CheckpointCalculator checkpoint,
            PlanDemand demand,
            @Nullable RouteAdmission routes) {
        this.registry = spans.registry();
        this.operators = spans.operators();
        this.tombstones = spans.tombstones();
        this.adoption = adoption;
        this.checkpoint = checkpoint;
        this.demand = demand;
        this.routes = routes;
    }

    /** These are the tables at the moment from which on DDLs follow. */
    void begin(List<TableInfo> tables) {
        if (routes != null) {
            routes.begin(tables);
        }
    }

    /** Why some changes must not be made, for people; null if they may be. */
    @Nullable
    String objection(List<TableChange> changes) {
        return routes == null ? null : routes.conflict(changes).orElse(null);
    }

    /** @param commitTs of the DDL; a TSO */
    void apply(TableChange change, long commitTs, long nowMillis) {
        if (change instanceof TableChange.AddTable add) {
            addTable(add.table(), commitTs, nowMillis);
        } else if (change instanceof TableChange.DropTable drop) {
            dropTables(List.of(drop.table()), commitTs, nowMillis);
        } else if (change instanceof TableChange.DropSchema drop) {
            dropTables(registry.tablesOf(drop.schema()), commitTs, nowMillis);
        } else if (change instanceof TableChange.RenameTable rename) {
            renameTable(rename.table());
        } else {
            throw new IllegalStateException("unknown change " + change);
        }
        if (routes != null) {
            routes.apply(change);
        }
        demand.want();
    }

    private void addTable(TableInfo table, long commitTs, long nowMillis) {
        if (table.table().equals(TableId.DDL)) {
            return;
        }
        if (registry.hasTable(table.table())) {
            renameTable(table);
            return;
        }
        Coverage covered = adoption.adopt(table, commitTs, nowMillis);
        for (TableSpan hole : covered.holes()) {
            registry.addCreated(adoption.freshId(), hole, table.schema(), commitTs);
        }
        registry.changeName(table.table(), table.name());
    }

    /** A drop of the schema in which it is from now on has to find it. */
    private void renameTable(TableInfo table) {
        registry.changeSchema(table.table(), table.schema());
        registry.changeName(table.table(), table.name());
    }

    private void dropTables(List<TableId> tables, long commitTs, long nowMillis) {
        List<DispatcherId> dropped = new ArrayList<>();
        for (TableId table : tables) {
            for (SpanReplica replica : registry.ofTable(table)) {
                dropped.add(replica.id());
                checkpoint.dropped(replica.checkpointTs(), commitTs);
            }
            adoption.discard(table, nowMillis);
        }
        // Operators first, spans last: a removal has to see where its dispatcher is.
        operators.removeForDdl(dropped, nowMillis);
        for (DispatcherId id : dropped) {
            registry.remove(id);
            tombstones.add(id, nowMillis);
        }
    }
}
