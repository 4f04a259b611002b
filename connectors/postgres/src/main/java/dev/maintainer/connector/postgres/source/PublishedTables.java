package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.text.Printable;
import dev.maintainer.connector.postgres.catalog.CatalogQueries;
import dev.maintainer.connector.postgres.catalog.Obstacle;
import dev.maintainer.connector.postgres.catalog.RowMapping;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.reader.CommittedTransaction;
import dev.maintainer.connector.postgres.reader.TransactionChange.TruncatedTables;
import dev.maintainer.connector.postgres.wal.RelationColumn;
import dev.maintainer.connector.postgres.wal.WalMessage.Relation;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.DdlEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The tables of a publication as they were when the source was opened, of a source whose DDLs are not followed. One that changes
 * after that is not read any further.
 */
final class PublishedTables implements SourceCatalog {
    private static final int MOST_NAMED = 10;

    private final TablePatterns patterns;
    private final Map<TableId, SourceTable> tables = new TreeMap<>();
    private final long createdTs;
    private final List<DdlEvent> creations = new ArrayList<>();
    private final RelationUses uses = new RelationUses();
    private final DdlHistory blocks = new DdlHistory();

    /**
     * Some tables, which come into being right behind a position: that is how whoever follows the source hears of them.
     *
     * @param tables that can be replicated
     * @param patterns say which tables are replicated
     * @param startTs where the changefeed begins
     */
    PublishedTables(List<SourceTable> tables, TablePatterns patterns, long startTs) {
        this.patterns = patterns;
        this.createdTs = startTs + 1;
        tables.forEach(table -> this.tables.put(table.info().table(), table));
        for (SourceTable table : this.tables.values()) {
            creations.add(DdlEvent.createTable(
                    createdTs, creations.size(), table.info(), table.image().json()));
        }
    }

    /**
     * Chooses tables.
     *
     * @param published all of a publication
     * @param patterns say which of them are replicated
     * @param publication its name
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if there are none, or some cannot be replicated
     */
    static List<SourceTable> choose(List<SourceTable> published, TablePatterns patterns, String publication) {
        List<SourceTable> chosen = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (SourceTable table : published) {
            TableName name = table.info().name();
            if (patterns.matches(name)) {
                chosen.add(table);
                for (Obstacle obstacle : table.obstacles()) {
                    refused.add(name + " " + obstacle.text());
                }
            }
        }
        List<String> unused = patterns.unused(
                published.stream().map(table -> table.info().name()).toList());
        if (!unused.isEmpty()) {
            throw bad("publication " + Printable.quoted(publication) + " has no table that is called "
                    + Printable.line(String.join(", ", unused)) + "; add it to the publication, or leave it out");
        }
        if (!refused.isEmpty()) {
            throw bad("not all tables can be replicated: "
                    + Printable.line(String.join("; ", refused.subList(0, Math.min(MOST_NAMED, refused.size()))))
                    + (refused.size() > MOST_NAMED ? "; and " + (refused.size() - MOST_NAMED) + " more" : ""));
        }
        return chosen;
    }

    private static MaintainerException bad(String message) {
        return new MaintainerException(ErrorCode.BAD_CONFIGURATION, message);
    }

    @Override
    public List<SourceTable> tablesAt(long ts) {
        return ts < createdTs ? List.of() : List.copyOf(tables.values());
    }

    @Override
    public Optional<SourceTable> copied(TableId table, long from) {
        return from > createdTs ? Optional.empty() : table(table);
    }

    @Override
    public boolean mayBeInterrupted(TableId table) {
        return false;
    }

    @Override
    public boolean awaitsWriters(TableId table) {
        return false;
    }

    @Override
    public BlockReader blocks(TableSpan span, long startTs, PartialCommit partial, Runnable available) {
        return blocks.blocks(events -> span.equals(TableSpan.DDL)
                ? events.read(startTs, partial, available)
                : events.read(span.table(), () -> createdTs, () -> Long.MAX_VALUE, startTs, partial, available));
    }

    @Override
    public boolean hasCopiesBetween(long fromTs, long toTs) {
        return fromTs <= createdTs && createdTs <= toTs;
    }

    @Override
    public void addSyncPoint(long ts) {
        blocks.addSyncPoint(ts);
    }

    @Override
    public DdlReader ddls(long startTs) {
        return new DdlReader() {
            private boolean isNext = startTs < createdTs;

            @Override
            public List<DdlEvent> poll(long upToTs) {
                if (!isNext || upToTs < createdTs) {
                    return List.of();
                }
                isNext = false;
                return creations;
            }

            @Override
            public long nextTs() {
                return isNext ? createdTs : RowReader.NONE;
            }
        };
    }

    @Override
    public Optional<SourceTable> table(TableId table) {
        return Optional.ofNullable(tables.get(table));
    }

    @Override
    public List<TableInfo> tables() {
        return tables.values().stream().map(SourceTable::info).toList();
    }

    @Override
    public RelationUse use(Relation relation) {
        return uses.use(relation, this::found);
    }

    private RelationUse found(Relation relation) {
        SourceTable table = tables.get(new TableId(relation.oid()));
        if (table == null) {
            refuseNew(relation);
            return RelationUse.IGNORED;
        }
        return new RelationUse.Replicated(RowMapping.of(
                table.info().table(),
                table.image(),
                relation.columns().stream().map(RelationColumn::name).toList()));
    }

    @Override
    public boolean isDdl(TruncatedTables truncated) {
        for (Relation relation : truncated.relations()) {
            if (use(relation) instanceof RelationUse.Replicated) {
                throw unfollowed(new TableName(relation.namespace(), relation.name()), "was truncated");
            }
        }
        return false;
    }

    @Override
    public TransactionShapes apply(CommittedTransaction transaction) {
        throw new IllegalStateException("DDLs are not followed");
    }

    /** A table that nobody asked for does not matter; one that came after the beginning does. */
    private void refuseNew(Relation relation) {
        TableName name = new TableName(relation.namespace(), relation.name());
        if (!relation.namespace().equals(CatalogQueries.OWN_SCHEMA) && patterns.matches(name)) {
            throw unfollowed(name, "has come into the publication after the changefeed had begun");
        }
    }

    private static MaintainerException unfollowed(TableName table, String what) {
        return new MaintainerException(
                ErrorCode.SCHEMA_DRIFT,
                "table " + Printable.line(table.toString()) + " " + what + ", which is not followed with ddl=none;"
                        + " leave it out by the setting 'tables', or create the changefeed anew");
    }
}
