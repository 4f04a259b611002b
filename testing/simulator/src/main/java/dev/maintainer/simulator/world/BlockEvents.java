package dev.maintainer.simulator.world;

import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.BlockScope;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The events of a source at which dispatchers stop: DDLs that concern tables with rows, and in some worlds sync points. */
final class BlockEvents {
    private static final int WITH_SYNC_POINTS_OF = 2;
    private static final int BOTH_OF = 5;
    private static final TableId NOBODY = new TableId(Long.MAX_VALUE);
    private static final int SHORTEST_MILLIS = 1_500;
    private static final int LONGEST_MILLIS = 6_000;

    private final TreeMap<Long, BlockEvent> ddls = new TreeMap<>();
    /** Sync points besides the regular ones; some are at the commit times of DDLs. */
    private final TreeSet<Long> extra = new TreeSet<>();

    private int added;
    /** Between two sync points; 0 without any. */
    private final long syncMillis;

    BlockEvents(SplittableRandom chance) {
        this.syncMillis =
                chance.nextInt(WITH_SYNC_POINTS_OF) == 0 ? 0 : chance.nextInt(SHORTEST_MILLIS, LONGEST_MILLIS);
    }

    /** DDLs were committed; {@code changes} is all of that commit time, {@code existed} says which tables were there before. */
    void add(long ts, List<TableChange> changes, Predicate<TableId> existed) {
        if (syncMillis > 0 && ++added % BOTH_OF == 0) {
            extra.add(ts);
        }
        TreeSet<TableId> tables = new TreeSet<>();
        TreeSet<SchemaId> schemas = new TreeSet<>();
        for (TableChange change : changes) {
            if (change instanceof TableChange.DropSchema drop) {
                schemas.add(drop.schema());
            } else if (change instanceof TableChange.DropTable drop && existed.test(drop.table())) {
                tables.add(drop.table());
            } else if (change instanceof TableChange.RenameTable rename
                    && existed.test(rename.table().table())) {
                tables.add(rename.table().table());
            }
        }
        BlockScope scope = null;
        if (schemas.isEmpty()) {
            scope = tables.isEmpty() ? null : new BlockScope.Tables(new ArrayList<>(tables));
        } else {
            scope = schemas.size() == 1 && tables.isEmpty()
                    ? new BlockScope.Schema(schemas.first())
                    : new BlockScope.All();
        }
        if (scope != null) {
            ddls.put(ts, new BlockEvent(new BlockKey(ts, BlockKind.DDL), scope, changes, "DDL at " + ts));
        }
    }

    /** The event that the DDLs of a commit time are; null if nobody stops there. */
    @Nullable
    BlockEvent ddlAt(long ts) {
        return ddls.get(ts);
    }

    /** The event that DDLs are at which nobody has to stop, if the sink refuses them. */
    BlockEvent refusedAt(long ts, List<TableChange> changes) {
        return new BlockEvent(
                new BlockKey(ts, BlockKind.DDL), new BlockScope.Tables(List.of(NOBODY)), changes, "DDL at " + ts);
    }

    /** Somebody wants a sync point here. */
    void syncPoint(long ts) {
        extra.add(ts);
    }

    /** The first sync point after a moment; {@link Long#MAX_VALUE} if there is none. */
    long syncAfter(long ts) {
        long regular = syncMillis == 0 ? Long.MAX_VALUE : (ts / syncMillis + 1) * syncMillis;
        Long irregular = extra.higher(ts);
        return irregular == null ? regular : Math.min(regular, irregular);
    }

    /** How many sync points there are after a moment, up to another one. */
    long syncPoints(long afterTs, long upToTs) {
        long regular = syncMillis == 0 ? 0 : upToTs / syncMillis - afterTs / syncMillis;
        return regular
                + extra.subSet(afterTs, false, Math.max(afterTs, upToTs), true).size();
    }

    /**
     * The first event at which a table stops.
     *
     * @param fromTs of this commit time or later
     * @param afterDdl whether the DDL of that very time is over
     * @param upToTs not later than this
     * @return null if there is none
     */
    @Nullable
    BlockEvent next(
            TableId table, long fromTs, boolean afterDdl, long upToTs, LongFunction<@Nullable SchemaId> schema) {
        long sync = syncAfter(fromTs - 1);
        for (BlockEvent event : ddls.subMap(fromTs, !afterDdl, upToTs, true).values()) {
            long ts = event.key().commitTs();
            if (ts > sync) {
                break;
            }
            if (concerns(event, table, () -> schema.apply(ts))) {
                return event;
            }
        }
        return sync <= upToTs ? BlockEvent.syncPoint(sync) : null;
    }

    /** The same of all events, at which the DDL trigger dispatcher stops. */
    @Nullable
    BlockEvent next(long fromTs, boolean afterDdl, long upToTs) {
        long sync = syncAfter(fromTs - 1);
        Map.Entry<Long, BlockEvent> ddl = afterDdl ? ddls.higherEntry(fromTs) : ddls.ceilingEntry(fromTs);
        if (ddl != null && ddl.getKey() <= Math.min(sync, upToTs)) {
            return ddl.getValue();
        }
        return sync <= upToTs ? BlockEvent.syncPoint(sync) : null;
    }

    /** Whether the dispatchers of a table stop at an event. */
    boolean concerns(BlockEvent event, TableId table, Supplier<@Nullable SchemaId> schema) {
        BlockScope scope = event.scope();
        if (scope instanceof BlockScope.Tables tables) {
            return tables.tables().contains(table);
        }
        return scope instanceof BlockScope.All
                || (scope instanceof BlockScope.Schema dropped
                        && dropped.schema().equals(schema.get()));
    }
}
