package dev.maintainer.connector.postgres.ddl;

import dev.maintainer.replication.event.DdlEvent;
import java.util.List;
import java.util.Set;

/**
 * What the DDLs of one transaction amount to.
 *
 * @param ddls one position before the commit, in their order; nothing if no table that is replicated has changed
 * @param tables the numbers of all tables that are concerned, replicated or not
 * @param remarks what people should know, such as a table that is not replicated, and why
 */
public record DdlStep(List<DdlEvent> ddls, Set<Long> tables, List<String> remarks) {
    /** Keeps its own. */
    public DdlStep {
        ddls = List.copyOf(ddls);
        tables = Set.copyOf(tables);
        remarks = List.copyOf(remarks);
    }
}
