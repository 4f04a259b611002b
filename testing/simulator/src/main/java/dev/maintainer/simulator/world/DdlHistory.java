package dev.maintainer.simulator.world;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.replication.event.DdlEvent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The DDLs of a database as a source tells them. */
final class DdlHistory {
    private final Upstream upstream;

    DdlHistory(Upstream upstream) {
        this.upstream = upstream;
    }

    /** How many were committed up to a moment. */
    int countTo(long ts) {
        List<Upstream.Ddl> ddls = upstream.ddls();
        int low = 0;
        int high = ddls.size();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (ddls.get(middle).commitTs() <= ts) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** When the next one after so many was committed; {@link Long#MAX_VALUE} if there is none. */
    long commitTs(int index) {
        return index < upstream.ddls().size() ? upstream.ddls().get(index).commitTs() : Long.MAX_VALUE;
    }

    /** All that were committed together with one of them, from it on. */
    List<DdlEvent> together(int index) {
        long ts = commitTs(index);
        Map<TableId, TableInfo> changed = new HashMap<>();
        List<DdlEvent> events = new ArrayList<>();
        for (int i = index; commitTs(i) == ts; i++) {
            for (TableChange change : upstream.ddls().get(i).changes()) {
                events.add(event(ts, events.size(), change, changed));
            }
        }
        return events;
    }

    /** {@code changed} has the tables as the same transaction has left them until now. */
    private DdlEvent event(long ts, int ordinal, TableChange change, Map<TableId, TableInfo> changed) {
        if (change instanceof TableChange.AddTable add) {
            changed.put(add.table().table(), add.table());
            return DdlEvent.createTable(ts, ordinal, add.table(), null);
        }
        if (change instanceof TableChange.DropTable drop) {
            TableId table = drop.table();
            boolean existed = existed(table, ts);
            return DdlEvent.dropTable(ts, ordinal, before(table, ts, changed), existed ? List.of(table) : List.of());
        }
        if (change instanceof TableChange.RenameTable rename) {
            TableInfo before = before(rename.table().table(), ts, changed);
            changed.put(rename.table().table(), rename.table());
            return DdlEvent.renameTable(ts, ordinal, before, rename.table());
        }
        if (change instanceof TableChange.DropSchema drop) {
            SchemaId schema = drop.schema();
            return DdlEvent.dropSchema(ts, ordinal, schema, "schema" + schema, upstream.droppedAt(schema, ts));
        }
        throw new IllegalStateException("no DDL is " + change);
    }

    private boolean existed(TableId table, long ts) {
        return upstream.createdTs(table) < ts;
    }

    private TableInfo before(TableId table, long ts, Map<TableId, TableInfo> changed) {
        TableInfo known = changed.get(table);
        return known == null ? upstream.tableAt(table, existed(table, ts) ? ts - 1 : ts) : known;
    }
}
