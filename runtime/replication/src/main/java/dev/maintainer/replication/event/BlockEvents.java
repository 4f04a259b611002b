package dev.maintainer.replication.event;

import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockScope;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Which block event the DDLs of one transaction are. */
public final class BlockEvents {
    private BlockEvents() {}

    /**
     * The event that some DDLs make together: nobody sees the inside of a transaction, so they are one.
     *
     * @param together all DDLs of one {@code commitTs}, in their order; at least one
     * @return empty if nobody has to wait for them: they concern no table that was there before
     */
    public static Optional<BlockEvent> of(List<DdlEvent> together) {
        SortedSet<TableId> concerned = concerned(together);
        if (concerned.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(event(together, scope(together, concerned)));
    }

    /**
     * The event that some DDLs are at which nobody has to wait, if somebody has to decide about them: they concern no table
     * that was there before.
     *
     * @param together all DDLs of one {@code commitTs}, in their order; at least one
     */
    public static BlockEvent ofNobody(List<DdlEvent> together) {
        SortedSet<TableId> tables = new TreeSet<>();
        for (DdlEvent ddl : together) {
            TableInfo after = ddl.after();
            if (after != null) {
                tables.add(after.table());
            }
        }
        return event(together, scope(together, tables));
    }

    private static BlockScope scope(List<DdlEvent> together, SortedSet<TableId> tables) {
        DdlEvent schemaDrop = null;
        boolean others = false;
        for (DdlEvent ddl : together) {
            switch (ddl.kind()) {
                case CREATE_TABLE -> {}
                case DROP_SCHEMA -> {
                    others |= schemaDrop != null;
                    schemaDrop = ddl;
                }
                case DROP_TABLE, TRUNCATE_TABLE, RENAME_TABLE, ALTER_TABLE -> others = true;
            }
        }
        return schemaDrop == null || (others && !tables.isEmpty())
                ? new BlockScope.Tables(new ArrayList<>(tables))
                : new BlockScope.Schema(schemaDrop.schema());
    }

    private static BlockEvent event(List<DdlEvent> together, BlockScope scope) {
        List<TableChange> changes =
                together.stream().flatMap(ddl -> ddl.changes().stream()).toList();
        String statement = together.stream().map(DdlEvent::statement).collect(Collectors.joining("; "));
        return new BlockEvent(new BlockKey(together.get(0).commitTs(), BlockKind.DDL), scope, changes, statement);
    }

    /**
     * The tables whose dispatchers stop at some DDLs.
     *
     * @param together all DDLs of one {@code commitTs}, in their order
     * @return those that are changed or dropped, without those that come with the same transaction
     */
    public static SortedSet<TableId> concerned(List<DdlEvent> together) {
        SortedSet<TableId> concerned = new TreeSet<>();
        Set<TableId> created = new HashSet<>();
        for (DdlEvent ddl : together) {
            TableInfo before = ddl.before();
            TableInfo after = ddl.after();
            concerned.addAll(ddl.dropped());
            if (before != null && !created.contains(before.table())) {
                concerned.add(before.table());
            }
            if (after != null && (before == null || !before.table().equals(after.table()))) {
                created.add(after.table());
            }
        }
        return concerned;
    }
}
