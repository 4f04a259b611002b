package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.replication.Source;
import java.util.List;
import java.util.Optional;

/** A source whose tables are those of a catalog. As thread-safe as that. */
abstract class CataloguedSource implements Source {
    final SourceCatalog catalog;

    CataloguedSource(SourceCatalog catalog) {
        this.catalog = catalog;
    }

    @Override
    public final SchemaSnapshot tablesAt(long ts) {
        return new SchemaSnapshot(
                ts, catalog.tablesAt(ts).stream().map(SourceTable::info).toList());
    }

    @Override
    public final List<TableInfo> tables() {
        return catalog.tables();
    }

    @Override
    public final Optional<TableInfo> table(TableId table) {
        return catalog.table(table).map(SourceTable::info);
    }

    @Override
    public final boolean hasKey(TableId table) {
        return catalog.hasKey(table);
    }
}
