package dev.maintainer.core.routing;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Keeps two tables of a source from ending on one table of the target: where sources are routed, tables with different names
 * may be given one. DDLs are asked for before they are executed, and change what is known when they were. They come in commit
 * order, so no queue is needed, and each is applied once or, after a handoff, again, which changes nothing.
 *
 * <p>Single writer: not thread-safe. A DDL costs what it changes, or all tables if it drops a schema.
 */
public final class RouteAdmission {
    private Names names = new Names(null);

    /** Begins with the tables of a moment. */
    public void begin(List<TableInfo> all) {
        names = new Names(null);
        all.forEach(names::enter);
    }

    /**
     * Looks whether some changes, one after the other, would bring two tables to one target. Changes nothing.
     *
     * @return which two, and where, for people; empty if there are none
     */
    public Optional<String> conflict(List<TableChange> changes) {
        Names then = new Names(names);
        for (TableChange change : changes) {
            then.apply(change);
            TableInfo table = named(change);
            SortedSet<TableId> there = table == null ? Collections.emptySortedSet() : then.called(table.name());
            if (table != null && there.size() > 1) {
                TableId other = there.first().equals(table.table()) ? there.last() : there.first();
                return Optional.of("tables " + other + " and " + table.table() + " of the source would both be "
                        + table.name() + " in the target");
            }
        }
        return Optional.empty();
    }

    /** A DDL was executed. */
    public void apply(TableChange change) {
        names.apply(change);
    }

    /** The table that has this name from then on; null if none gets one. */
    private static @Nullable TableInfo named(TableChange change) {
        if (change instanceof TableChange.AddTable add) {
            return add.table();
        }
        return change instanceof TableChange.RenameTable rename ? rename.table() : null;
    }

    /** Which tables have which names; perhaps as some others have them, but for what has changed since. */
    private static final class Names {
        private final @Nullable Names before;
        /** All that are there, or, over others, those that have changed; empty of those that have gone. */
        private final Map<TableId, Optional<TableInfo>> tables = new HashMap<>();

        private final Map<TableName, SortedSet<TableId>> called = new HashMap<>();

        Names(@Nullable Names before) {
            this.before = before;
        }

        SortedSet<TableId> called(TableName name) {
            SortedSet<TableId> there = called.get(name);
            if (there == null) {
                there = before == null ? Collections.emptySortedSet() : before.called(name);
            }
            return there;
        }

        private Optional<TableInfo> table(TableId table) {
            Optional<TableInfo> changed = tables.get(table);
            if (changed != null) {
                return changed;
            }
            return before == null ? Optional.empty() : before.table(table);
        }

        void apply(TableChange change) {
            TableInfo table = named(change);
            if (table != null) {
                enter(table);
            } else if (change instanceof TableChange.DropTable drop) {
                leave(drop.table());
            } else if (change instanceof TableChange.DropSchema drop) {
                of(drop.schema()).forEach(this::leave);
            }
        }

        void enter(TableInfo table) {
            leave(table.table());
            tables.put(table.table(), Optional.of(table));
            changing(table.name()).add(table.table());
        }

        private void leave(TableId table) {
            table(table).ifPresent(known -> {
                SortedSet<TableId> left = changing(known.name());
                left.remove(table);
                if (before != null) {
                    tables.put(table, Optional.empty());
                    return;
                }
                tables.remove(table);
                if (left.isEmpty()) {
                    called.remove(known.name());
                }
            });
        }

        private SortedSet<TableId> changing(TableName name) {
            return called.computeIfAbsent(
                    name, any -> before == null ? new TreeSet<>() : new TreeSet<>(before.called(name)));
        }

        private List<TableId> of(SchemaId schema) {
            List<TableId> all = new ArrayList<>();
            if (before != null) {
                before.of(schema).stream()
                        .filter(table -> !tables.containsKey(table))
                        .forEach(all::add);
            }
            tables.forEach((id, table) -> {
                if (table.filter(info -> info.schema().equals(schema)).isPresent()) {
                    all.add(id);
                }
            });
            return all;
        }
    }
}
