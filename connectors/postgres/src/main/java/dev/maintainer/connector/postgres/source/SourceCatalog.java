package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.connector.postgres.catalog.RowMapping;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.wal.WalMessage.Relation;
import dev.maintainer.replication.DdlReader;
import java.util.List;
import java.util.Optional;

/** Which tables are replicated, and what they look like. Thread-safe. */
interface SourceCatalog {
    /**
     * The tables as they were when all that was committed up to {@code ts} had happened.
     *
     * @param ts a position
     */
    List<SourceTable> tablesAt(long ts);

    /** When the tables come into being that were there when the changefeed began: right behind its start. */
    long createdTs();

    /**
     * The DDLs, first among them those of {@link #createdTs}.
     *
     * @param startTs what was committed after this position
     */
    DdlReader ddls(long startTs);

    /** A table, also one that is gone; empty if it is unknown. */
    Optional<SourceTable> table(TableId table);

    /** All that users may refer to by name. */
    List<TableInfo> tables();

    /**
     * How changes of a relation become events.
     *
     * @param relation as the log describes it
     * @return empty if the table is not replicated
     * @throws MaintainerException with {@code SCHEMA_DRIFT} if it does not look as it should
     */
    Optional<RowMapping> mapping(Relation relation);
}
