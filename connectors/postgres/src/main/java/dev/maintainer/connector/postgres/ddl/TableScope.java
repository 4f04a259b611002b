package dev.maintainer.connector.postgres.ddl;

import dev.maintainer.api.model.TableName;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which tables are replicated: those that are asked for, and are published. A publication of single tables counts as it was when the
 * changefeed began, so that all who follow it, at any time, mean the same tables.
 *
 * @param wanted whether a table is asked for
 * @param all whether all tables are published
 * @param schemas the numbers of schemas all of whose tables are published
 * @param listed the numbers of tables that are published by themselves
 */
public record TableScope(Predicate<TableName> wanted, boolean all, Set<Long> schemas, Set<Long> listed) {
    /** Keeps its own sets. */
    public TableScope {
        schemas = Set.copyOf(schemas);
        listed = Set.copyOf(listed);
    }

    boolean includes(NotedDdl noted) {
        TableName name = noted.name();
        return name != null
                && wanted.test(name)
                && (all || schemas.contains(noted.schema()) || listed.contains(noted.table()));
    }
}
