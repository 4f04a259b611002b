package dev.maintainer.connector.postgres.ddl;

import dev.maintainer.api.model.TableName;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Which tables are replicated: those that are asked for, and are published. What a publication has counts as it was when the
 * changefeed began, so that all who follow it, at any time, mean the same tables.
 *
 * @param wanted whether a table is asked for
 * @param appendOnly whether it is known of a table that its rows are never changed
 * @param publication its name
 * @param all whether all tables are published
 * @param schemas the numbers of schemas all of whose tables are published
 * @param listed the numbers of tables that are published by themselves
 */
public record TableScope(
        Predicate<TableName> wanted,
        Predicate<TableName> appendOnly,
        String publication,
        boolean all,
        Set<Long> schemas,
        Set<Long> listed) {
    /** Keeps its own sets. */
    public TableScope {
        schemas = Set.copyOf(schemas);
        listed = Set.copyOf(listed);
    }

    boolean isWanted(NotedDdl noted) {
        TableName name = noted.name();
        return name != null && wanted.test(name);
    }

    boolean isAppendOnly(NotedDdl noted) {
        TableName name = noted.name();
        return name != null && appendOnly.test(name);
    }

    /** Whether a table is published, other than as a partition of one that is. */
    boolean publishes(NotedDdl noted) {
        return all || schemas.contains(noted.schema()) || listed.contains(noted.table());
    }

    /** Whether a publication was altered so that it is not known any more what comes of the tables that are replicated. */
    boolean isBrokenBy(NotedDdl noted) {
        if (noted.kind() != NotedDdl.Kind.PUBLICATION || !noted.detail().equals(publication)) {
            return false;
        }
        TableName name = noted.name();
        return name == null ? noted.schema() == 0 || schemas.contains(noted.schema()) : wanted.test(name);
    }
}
