package dev.maintainer.replication.route;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.ForwardingSource;
import dev.maintainer.replication.PacedSource;
import dev.maintainer.replication.event.BlockEvents;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.state.RowCursor;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * A source whose tables have the names that they have in the target. Everything behind it knows no others. All its DDLs are
 * block events, also those that only create tables: whether two tables would end on one is looked at before a DDL is
 * executed.
 */
public final class RoutedSource extends ForwardingSource implements PacedSource {
    private static final int MOST_KEPT = 64;

    private final PacedSource source;
    private final TableRoutes routes;
    /** Block events that dispatchers have met lately. */
    private final Map<BlockKey, BlockEvent> routed = new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<BlockKey, BlockEvent> eldest) {
            return size() > MOST_KEPT;
        }
    };

    /**
     * Routes a source.
     *
     * @param source closed with it
     * @param routes at least one rule
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if two tables that exist at its beginning would end on one
     */
    public RoutedSource(PacedSource source, TableRoutes routes) throws MaintainerException {
        super(source);
        this.source = source;
        this.routes = routes;
        routes.byTarget(source.tablesAt(source.startTs()).tables().stream()
                .map(TableInfo::name)
                .toList());
    }

    @Override
    public String identity() {
        return routes.identity(source.identity());
    }

    @Override
    public SchemaSnapshot tablesAt(long ts) {
        SchemaSnapshot tables = source.tablesAt(ts);
        return new SchemaSnapshot(
                tables.ts(), tables.tables().stream().map(routes::target).toList());
    }

    @Override
    public List<TableInfo> tables() {
        return source.tables().stream().map(routes::target).toList();
    }

    @Override
    public Optional<TableInfo> table(TableId table) {
        return source.table(table).map(routes::target);
    }

    @Override
    public DdlReader ddls(long startTs) {
        DdlReader ddls = source.ddls(startTs);
        return new DdlReader() {
            @Override
            public List<DdlEvent> poll(long upToTs) {
                return ddls.poll(upToTs).stream()
                        .map(ddl -> ddl.renamed(routes::target))
                        .toList();
            }

            @Override
            public long nextTs() {
                return ddls.nextTs();
            }

            @Override
            public void close() {
                ddls.close();
            }
        };
    }

    @Override
    public BlockReader blocks(TableSpan span, long startTs, PartialCommit partial, Runnable available) {
        BlockReader blocks = source.blocks(span, startTs, partial, available);
        if (!span.equals(TableSpan.DDL)) {
            return new RoutedBlocks(blocks, this);
        }
        // Of DDLs that are over at the very time, the readers know no more than of those before it.
        long ddlsAfter = partial == PartialCommit.ROWS_AND_DDL ? startTs + 1 : startTs;
        return new AllDdls(new RoutedBlocks(blocks, this), ddls(ddlsAfter));
    }

    /** A block event with the names of the target. All tables that meet it are given one and the same. */
    BlockEvent routed(BlockEvent event) {
        if (event.key().kind() != BlockKind.DDL) {
            return event;
        }
        synchronized (routed) {
            return routed.computeIfAbsent(event.key(), key -> anew(event));
        }
    }

    private BlockEvent anew(BlockEvent event) {
        try (DdlReader reader = ddls(event.key().waitingTs())) {
            List<DdlEvent> together = reader.poll(event.key().commitTs());
            return BlockEvents.of(together)
                    .map(each -> new BlockEvent(event.key(), event.scope(), each.changes(), each.statement()))
                    .orElse(event);
        }
    }

    // ---- as it is ----------------------------------------------------------------------------------------------

    @Override
    public int size() {
        return source.size();
    }

    @Override
    public int tableCount() {
        return source.tableCount();
    }

    @Override
    public long commitTsAt(int position) {
        return source.commitTsAt(position);
    }

    @Override
    public int positionAfter(long ts) {
        return source.positionAfter(ts);
    }

    @Override
    public long endTs() {
        return source.endTs();
    }

    @Override
    public void releaseUpTo(long ts) {
        source.releaseUpTo(ts);
    }

    @Override
    public void sample(long nowMillis) {
        source.sample(nowMillis);
    }

    @Override
    public SortedSet<TableName> finalTables() {
        return new TreeSet<>(routes.byTarget(source.finalTables()).keySet());
    }

    @Override
    public RowCursor finalRows(TableName table) {
        TableName name = routes.byTarget(source.finalTables()).get(table);
        return name == null ? RowCursor.empty() : source.finalRows(name);
    }
}
