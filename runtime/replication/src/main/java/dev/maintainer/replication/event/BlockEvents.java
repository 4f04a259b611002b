package dev.maintainer.replication.event;

import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockScope;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
     * @return empty if nobody has to wait for them: they only create tables
     */
    public static Optional<BlockEvent> of(List<DdlEvent> together) {
        TreeSet<TableId> tables = new TreeSet<>();
        TreeSet<SchemaId> schemas = new TreeSet<>();
        for (DdlEvent ddl : together) {
            TableId table = ddl.table();
            switch (ddl.kind()) {
                case CREATE_TABLE -> {}
                case DROP_SCHEMA -> schemas.add(ddl.schema());
                case DROP_TABLE -> {
                    if (table != null) {
                        tables.add(table);
                    }
                }
            }
        }
        if (tables.isEmpty() && schemas.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(event(together, scope(tables, schemas)));
    }

    /**
     * The event that some DDLs are at which nobody has to wait, if somebody has to decide about them: they create tables.
     *
     * @param together all DDLs of one {@code commitTs}, in their order; at least one
     */
    public static BlockEvent ofNobody(List<DdlEvent> together) {
        TreeSet<TableId> tables = new TreeSet<>();
        together.forEach(ddl -> {
            TableId table = ddl.table();
            if (table != null) {
                tables.add(table);
            }
        });
        return event(together, scope(tables, new TreeSet<>()));
    }

    private static BlockScope scope(SortedSet<TableId> tables, SortedSet<SchemaId> schemas) {
        return schemas.isEmpty()
                ? new BlockScope.Tables(new ArrayList<>(tables))
                : schemas.size() == 1 && tables.isEmpty()
                        ? new BlockScope.Schema(schemas.first())
                        : new BlockScope.All();
    }

    private static BlockEvent event(List<DdlEvent> together, BlockScope scope) {
        List<TableChange> changes = together.stream().map(DdlEvent::change).toList();
        String statement = together.stream().map(DdlEvent::statement).collect(Collectors.joining("; "));
        return new BlockEvent(new BlockKey(together.get(0).commitTs(), BlockKind.DDL), scope, changes, statement);
    }
}
