package dev.maintainer.connector.postgres.ddl;

import dev.maintainer.replication.event.DdlEvent;
import java.util.List;

/**
 * What the DDLs of one transaction amount to.
 *
 * @param ddls one position before the commit, in their order; nothing if no table that is replicated has changed
 * @param remarks what people should know, such as a table that is not replicated, and why
 */
public record DdlStep(List<DdlEvent> ddls, List<String> remarks) {
    /** Keeps its own lists. */
    public DdlStep {
        ddls = List.copyOf(ddls);
        remarks = List.copyOf(remarks);
    }
}
