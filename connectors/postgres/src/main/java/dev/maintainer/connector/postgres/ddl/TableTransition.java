package dev.maintainer.connector.postgres.ddl;

import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.replication.event.DdlEvent;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction has made of one table. Nobody sees the inside of a transaction, so only before and after count.
 *
 * @param before the table as it was; null if it was not replicated
 * @param after the table as it is; null if it is not replicated any more. It has another number if its rows are others, without
 *     a change of each in the log
 */
record TableTransition(
        @Nullable SourceTable before, @Nullable SourceTable after) {
    /** A table that gets another name. */
    private record Renaming(TableInfo from, TableInfo to) {
        TableName taken() {
            return from.name();
        }
    }

    /** Whether it is about the table of a number of the source, which looks as before. */
    boolean isAlike(long oid) {
        return before != null
                && after != null
                && SourceNumbers.oid(before.info().table()) == oid
                && before.image().equals(after.image());
    }

    /**
     * The DDLs that lead from before to after. Names become free before others take them.
     *
     * @param ts the position of all of them
     * @param ordinal of the first of them
     * @param transitions of different tables
     */
    static List<DdlEvent> ddls(long ts, int ordinal, List<TableTransition> transitions) {
        List<DdlEvent> ddls = new ArrayList<>();
        List<Renaming> renamings = new ArrayList<>();
        for (TableTransition each : transitions) {
            SourceTable before = each.before();
            if (before != null && each.after() == null) {
                TableInfo info = before.info();
                ddls.add(DdlEvent.dropTable(ts, ordinal + ddls.size(), info, List.of(info.table())));
            }
        }
        for (TableTransition each : transitions) {
            if (each.before() != null && each.after() != null) {
                TableInfo former = each.before().info();
                TableInfo emptied = each.emptied();
                if (!emptied.table().equals(former.table())) {
                    ddls.add(DdlEvent.truncateTable(
                            ts, ordinal + ddls.size(), former, emptied, List.of(former.table())));
                }
                if (!emptied.equals(each.after().info())) {
                    renamings.add(new Renaming(emptied, each.after().info()));
                }
            }
        }
        rename(ts, ordinal, renamings, ddls);
        for (TableTransition each : transitions) {
            SourceTable after = each.after();
            if (after == null) {
                continue;
            }
            String definition = after.image().json();
            if (each.before() == null) {
                ddls.add(DdlEvent.createTable(ts, ordinal + ddls.size(), after.info(), definition));
            } else if (!each.before().image().equals(after.image())) {
                ddls.add(DdlEvent.alterTable(ts, ordinal + ddls.size(), after.info(), definition));
            }
        }
        return ddls;
    }

    /** The table with its former name, and the number that it has now. */
    private TableInfo emptied() {
        TableInfo former = Objects.requireNonNull(before).info();
        TableInfo present = Objects.requireNonNull(after).info();
        return new TableInfo(present.table(), former.schema(), former.name(), present.splittable());
    }

    private static void rename(long ts, int ordinal, List<Renaming> renamings, List<DdlEvent> ddls) {
        Map<TableName, Renaming> waiting = new LinkedHashMap<>();
        renamings.forEach(each -> waiting.put(each.taken(), each));
        while (!waiting.isEmpty()) {
            Renaming next = waiting.values().stream()
                    .filter(each -> {
                        Renaming holder = waiting.get(each.to().name());
                        return holder == null || holder.equals(each);
                    })
                    .findFirst()
                    .orElse(null);
            if (next == null) {
                // They exchange their names.
                Renaming first = waiting.values().iterator().next();
                TableInfo passing = passing(first.from());
                ddls.add(DdlEvent.renameTable(ts, ordinal + ddls.size(), first.from(), passing));
                waiting.remove(first.taken());
                waiting.put(passing.name(), new Renaming(passing, first.to()));
            } else {
                ddls.add(DdlEvent.renameTable(ts, ordinal + ddls.size(), next.from(), next.to()));
                waiting.remove(next.taken());
            }
        }
    }

    private static TableInfo passing(TableInfo table) {
        TableName name = new TableName(table.name().schema(), "maintainer_" + table.table() + "_moves");
        return new TableInfo(table.table(), table.schema(), name, table.splittable());
    }
}
