package dev.maintainer.core.routing;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two tables of a source from ending on one table of the target: where sources are routed, tables with different names
 * may be given one. DDLs are asked for before they are executed, and change what is known when they were. They come in commit
 * order, so no queue is needed, and each is applied once or, after a handoff, again, which changes nothing.
 *
 * <p>Single writer: not thread-safe. A DDL costs what it changes, or all tables if it drops a schema.
 */
public final class RouteAdmission {
    private final TreeMap<TableName, TableId> owners = new TreeMap<>();
    private final Map<TableId, TableInfo> tables = new HashMap<>();

    /** Begins with the tables of a moment. Of two with one target the first keeps it. */
    public void begin(List<TableInfo> all) {
        owners.clear();
        tables.clear();
        all.forEach(this::enter);
    }

    /**
     * Looks whether some changes, one after the other, would bring two tables to one target. Changes nothing.
     *
     * @return which two, and where, for people; empty if there are none
     */
    public Optional<String> conflict(List<TableChange> changes) {
        Map<TableId, Optional<TableInfo>> changed = new HashMap<>();
        for (TableChange change : changes) {
            TableInfo table = named(change);
            if (table != null) {
                Optional<TableId> owner = owner(table.name(), changed).filter(other -> !other.equals(table.table()));
                if (owner.isPresent()) {
                    return Optional.of("tables " + owner.get() + " and " + table.table()
                            + " of the source would both be " + table.name() + " in the target");
                }
                changed.put(table.table(), Optional.of(table));
            } else if (change instanceof TableChange.DropTable drop) {
                changed.put(drop.table(), Optional.empty());
            } else if (change instanceof TableChange.DropSchema drop) {
                of(drop.schema()).forEach(gone -> changed.putIfAbsent(gone, Optional.empty()));
                changed.replaceAll(
                        (gone, now) -> now.filter(info -> !info.schema().equals(drop.schema())));
            }
        }
        return Optional.empty();
    }

    /** The table that has this name from then on; null if none gets one. */
    private static @Nullable TableInfo named(TableChange change) {
        if (change instanceof TableChange.AddTable add) {
            return add.table();
        }
        return change instanceof TableChange.RenameTable rename ? rename.table() : null;
    }

    private Optional<TableId> owner(TableName name, Map<TableId, Optional<TableInfo>> changed) {
        TableId before = owners.get(name);
        if (before != null && !changed.containsKey(before)) {
            return Optional.of(before);
        }
        return changed.values().stream()
                .flatMap(Optional::stream)
                .filter(table -> table.name().equals(name))
                .map(TableInfo::table)
                .findFirst();
    }

    /** A DDL was executed. */
    public void apply(TableChange change) {
        TableInfo table = named(change);
        if (table != null) {
            leave(table.table());
            enter(table);
        } else if (change instanceof TableChange.DropTable drop) {
            leave(drop.table());
        } else if (change instanceof TableChange.DropSchema drop) {
            of(drop.schema()).forEach(this::leave);
        }
    }

    private void enter(TableInfo table) {
        owners.putIfAbsent(table.name(), table.table());
        tables.put(table.table(), table);
    }

    private void leave(TableId table) {
        TableInfo before = tables.remove(table);
        if (before != null) {
            owners.remove(before.name(), table);
        }
    }

    private List<TableId> of(SchemaId schema) {
        return tables.values().stream()
                .filter(table -> table.schema().equals(schema))
                .map(TableInfo::table)
                .toList();
    }
}
