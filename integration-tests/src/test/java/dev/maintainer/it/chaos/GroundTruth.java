package dev.maintainer.it.chaos;

import dev.maintainer.api.model.BlockStage;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.port.ChangefeedMetadata;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * What really happened: which tables exist when, how far each is durable without a gap, who writes it, and which DDLs
 * were handled. Every claim of the control plane is held against it.
 */
final class GroundTruth {
    /** A table's life. */
    private static final class Table {
        final TableInfo info;
        final long createdTs;
        long droppedTs = Long.MAX_VALUE;
        long durableTs;
        final Map<DispatcherId, String> writers = new TreeMap<>();

        Table(TableInfo info, long createdTs) {
            this.info = info;
            this.createdTs = createdTs;
            this.durableTs = createdTs;
        }

        boolean existsAt(long ts) {
            return createdTs <= ts && ts < droppedTs;
        }
    }

    private record Ddl(long commitTs, List<TableChange> changes) {}

    static final long START_TS = 1_000;

    private final Map<TableId, Table> tables = new TreeMap<>();
    private final List<Ddl> ddls = new ArrayList<>();
    private int handled;
    private long persistedTs;
    private long persistedEpoch;

    /** A history with some tables at the start and DDLs up to {@code endTs}, drawn from the seed. */
    GroundTruth(SplittableRandom random, long endTs) {
        long table = 0;
        for (int i = 0; i < 6; i++) {
            add(++table, START_TS);
        }
        long ts = START_TS;
        while (true) {
            ts += random.nextLong(20, 400);
            if (ts >= endTs) {
                return;
            }
            List<Table> live = liveAt(ts);
            int draw = random.nextInt(10);
            if (draw < 5 || live.size() < 3) {
                Table created = add(++table, ts);
                ddls.add(new Ddl(ts, List.of(new TableChange.AddTable(created.info))));
            } else if (draw < 9) {
                Table dropped = live.get(random.nextInt(live.size()));
                dropped.droppedTs = ts;
                ddls.add(new Ddl(ts, List.of(new TableChange.DropTable(dropped.info.table()))));
            } else {
                SchemaId schema = live.get(random.nextInt(live.size())).info.schema();
                for (Table each : live) {
                    if (each.info.schema().equals(schema)) {
                        each.droppedTs = ts;
                    }
                }
                ddls.add(new Ddl(ts, List.of(new TableChange.DropSchema(schema))));
            }
        }
    }

    private Table add(long id, long ts) {
        Table table = new Table(new TableInfo(new TableId(id), new SchemaId(1 + id % 3), true), ts);
        tables.put(table.info.table(), table);
        return table;
    }

    private List<Table> liveAt(long ts) {
        return tables.values().stream().filter(table -> table.existsAt(ts)).toList();
    }

    List<TableInfo> tablesAt(long ts) {
        return liveAt(ts).stream().map(table -> table.info).toList();
    }

    /** The DDLs after {@code fromTs}, up to {@code toTs}, as the trigger reports them. */
    List<BlockStatus> ddls(DispatcherId trigger, long fromTs, long toTs) {
        return ddls.stream()
                .filter(ddl -> ddl.commitTs() > fromTs && ddl.commitTs() <= toTs)
                .map(ddl -> new BlockStatus(trigger, ddl.commitTs(), BlockStage.NONE, ddl.changes()))
                .toList();
    }

    private static void violated(String claim) {
        throw new AssertionError(claim);
    }

    // ---- what dispatchers do -----------------------------------------------------------------------------------

    void begins(TableId id, DispatcherId dispatcher, String where, long startTs) {
        Table table = tables.get(id);
        if (table == null) {
            throw new AssertionError("a dispatcher for table " + id + ", which never exists");
        }
        if (startTs > table.durableTs && table.droppedTs > startTs) {
            violated("lost: table " + id + " is durable up to " + table.durableTs + ", its new dispatcher on " + where
                    + " starts at " + startTs);
        }
        if (!table.writers.isEmpty()) {
            violated("two writers of table " + id + ": " + table.writers + " and on " + where);
        }
        table.writers.put(dispatcher, where);
    }

    void durable(TableId id, long ts) {
        Table table = tables.get(id);
        if (table != null) {
            table.durableTs = Math.max(table.durableTs, ts);
        }
    }

    void ends(TableId id, DispatcherId dispatcher) {
        Table table = tables.get(id);
        if (table != null) {
            table.writers.remove(dispatcher);
        }
    }

    void triggerBegins(long startTs) {
        if (handled < ddls.size() && startTs >= ddls.get(handled).commitTs()) {
            violated("lost: the DDL at " + ddls.get(handled).commitTs()
                    + " was never handled, the new trigger starts at " + startTs);
        }
    }

    void ddlsHandled(long ts) {
        while (handled < ddls.size() && ddls.get(handled).commitTs() <= ts) {
            handled++;
        }
    }

    // ---- what is claimed ---------------------------------------------------------------------------------------

    /** The metadata store is about to make this durable. */
    void persisted(ChangefeedMetadata metadata) {
        if (metadata.epoch().value() < persistedEpoch || metadata.checkpointTs() < persistedTs) {
            violated("the store goes back: epoch " + persistedEpoch + " to " + metadata.epoch() + ", checkpoint "
                    + persistedTs + " to " + metadata.checkpointTs());
        }
        persistedEpoch = metadata.epoch().value();
        persistedTs = metadata.checkpointTs();
        claimed(metadata.checkpointTs());
    }

    /** Somebody says that everything up to {@code ts} is done. */
    void claimed(long ts) {
        if (handled < ddls.size() && ddls.get(handled).commitTs() <= ts) {
            violated("checkpoint " + ts + " passes the DDL at "
                    + ddls.get(handled).commitTs());
        }
        for (Table table : tables.values()) {
            if (table.existsAt(ts) && table.durableTs < ts) {
                violated("checkpoint " + ts + " is above table " + table.info.table() + ", durable up to "
                        + table.durableTs);
            }
        }
    }

    /** What is not as it should be when all is quiet at {@code ts}; empty if all is well. */
    List<String> unsettled(long ts) {
        List<String> problems = new ArrayList<>();
        for (Table table : tables.values()) {
            int wanted = table.existsAt(ts) ? 1 : 0;
            if (table.writers.size() != wanted) {
                problems.add("table " + table.info.table() + " has " + table.writers + ", wanted " + wanted);
            }
        }
        if (handled < ddls.size()) {
            problems.add("DDL at " + ddls.get(handled).commitTs() + " is not handled");
        }
        if (persistedTs < ts) {
            problems.add("checkpoint " + persistedTs + " of " + ts);
        }
        return problems;
    }
}
