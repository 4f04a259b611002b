package dev.maintainer.simulator.world;

import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The database that is replicated: its DDLs, and the tables that exist at each moment. A TSO is a virtual millisecond. */
final class Upstream {
    /** One DDL; several may have one commit time, then their order decides. */
    record Ddl(long commitTs, List<TableChange> changes) {}

    /** A table and when it lives: events at {@code createdTs < ts <= droppedTs} are its own. */
    private static final class Life {
        final long createdTs;
        TableInfo table;
        long droppedTs = Long.MAX_VALUE;
        /** In which schema it is, from when on. */
        final TreeMap<Long, TableInfo> versions = new TreeMap<>();

        Life(TableInfo table, long createdTs) {
            this.table = table;
            this.createdTs = createdTs;
            versions.put(createdTs, table);
        }

        void rename(SchemaId schema, long ts) {
            table = new TableInfo(
                    table.table(),
                    schema,
                    new TableName("schema" + schema, table.name().table()),
                    false);
            versions.put(ts, table);
        }

        TableInfo at(long ts) {
            Map.Entry<Long, TableInfo> version = versions.floorEntry(ts);
            if (version == null) {
                throw new IllegalStateException(table + " did not exist at " + ts);
            }
            return version.getValue();
        }
    }

    private static final int TANGLED_OF = 3;
    private static final int SOON_MILLIS = 20;

    private final Timeline timeline;
    private final SplittableRandom chance;
    /** Whether tables are renamed, and several DDLs have one commit time. */
    private final boolean tangled;

    private final long beginning;
    private final TreeMap<TableId, Life> lives = new TreeMap<>();
    private final List<Ddl> ddls = new ArrayList<>();
    private final BlockEvents blocks;
    private final long[] schemas = {1, 2, 3};
    private List<TableId> live = List.of();
    private long nextSchema = 4;
    private long nextTable = 1;

    /** One with tables; {@code chance} names the source of its own luck. */
    Upstream(Timeline timeline, String chance, int tables) {
        this.timeline = timeline;
        this.chance = timeline.chanceOf(chance);
        this.tangled = this.chance.nextInt(TANGLED_OF) == 0;
        this.beginning = timeline.now() - 10;
        this.blocks = new BlockEvents(timeline.chanceOf(chance + ", sync points"));
        for (int i = 0; i < tables; i++) {
            Life life = new Life(newTable(), beginning);
            lives.put(life.table.table(), life);
        }
        refreshLive();
    }

    private TableInfo newTable() {
        long schema = schemas[timeline.below(schemas.length)];
        long table = nextTable++;
        TableName name = new TableName("schema" + schema, "table" + table);
        return new TableInfo(new TableId(table), new SchemaId(schema), name, false);
    }

    long beginning() {
        return beginning;
    }

    /** All that was committed before now is known. */
    long frontier() {
        return timeline.now() - 1;
    }

    /** There is a sync point at this moment, at which nothing is committed yet. */
    void syncPoint() {
        blocks.syncPoint(timeline.now());
    }

    List<Ddl> ddls() {
        return ddls;
    }

    /** The tables that exist now, oldest first. */
    List<TableId> liveTables() {
        return live;
    }

    private void refreshLive() {
        live = lives.values().stream()
                .filter(life -> life.droppedTs == Long.MAX_VALUE)
                .map(life -> life.table.table())
                .toList();
    }

    boolean existsAt(TableId table, long ts) {
        Life life = lives.get(table);
        return life != null && life.createdTs <= ts && life.droppedTs > ts;
    }

    long createdTs(TableId table) {
        return life(table).createdTs;
    }

    /** When a table is dropped; {@link Long#MAX_VALUE} if it is not. */
    long droppedTs(TableId table) {
        Life life = lives.get(table);
        return life == null ? Long.MAX_VALUE : life.droppedTs;
    }

    /** A table as it was at a moment, when it existed. */
    TableInfo tableAt(TableId table, long ts) {
        return life(table).at(ts);
    }

    private Life life(TableId table) {
        Life life = lives.get(table);
        if (life == null) {
            throw new IllegalStateException("table " + table + " was never created");
        }
        return life;
    }

    /** The tables that a schema loses at a moment and that were there before, in their order. */
    List<TableId> droppedAt(SchemaId schema, long ts) {
        return lives.values().stream()
                .filter(life -> life.droppedTs == ts
                        && life.createdTs < ts
                        && life.table.schema().equals(schema))
                .map(life -> life.table.table())
                .toList();
    }

    SchemaSnapshot tablesAt(long ts) {
        return new SchemaSnapshot(
                ts,
                lives.values().stream()
                        .filter(life -> life.createdTs <= ts && life.droppedTs > ts)
                        .map(life -> life.at(ts))
                        .toList());
    }

    /** Somebody changes the schema. */
    void change() {
        long ts = timeline.now();
        if (!ddls.isEmpty() && ddls.get(ddls.size() - 1).commitTs() >= ts) {
            return;
        }
        if (tangled && !live.isEmpty() && chance.nextBoolean()) {
            tangle(ts);
            return;
        }
        List<TableChange> changes = new ArrayList<>();
        List<TableId> live = liveTables();
        int what = timeline.below(20);
        if (what < 10 || live.size() < 3) {
            create(ts, changes);
        } else if (what < 15) {
            drop(anyOrYoungest(live), ts, changes);
        } else if (what < 18) {
            drop(anyOrYoungest(live), ts, changes);
            create(ts, changes);
        } else {
            int which = timeline.below(schemas.length);
            dropSchema(new SchemaId(schemas[which]), ts, changes);
            schemas[which] = nextSchema++;
            if (timeline.chance(0.5)) {
                create(ts, changes);
            }
        }
        add(ts, changes);
    }

    /** The events at which dispatchers stop. */
    BlockEvents blocks() {
        return blocks;
    }

    /** In which schema a table is right before a moment; null if there is none. */
    @Nullable
    SchemaId schemaBefore(TableId table, long ts) {
        Life life = lives.get(table);
        return life == null || life.createdTs >= ts ? null : life.at(ts - 1).schema();
    }

    /** The tables that were there before a moment, and not dropped before it. */
    List<TableId> concernedBy(BlockEvent event) {
        long ts = event.key().commitTs();
        return lives.values().stream()
                .filter(life -> life.createdTs < ts && life.droppedTs >= ts)
                .map(life -> life.table.table())
                .filter(table -> blocks.concerns(event, table, () -> schemaBefore(table, ts)))
                .toList();
    }

    private void add(long ts, List<TableChange> changes) {
        ddls.add(new Ddl(ts, List.copyOf(changes)));
        List<TableChange> together = new ArrayList<>();
        for (int i = ddls.size() - 1; i >= 0 && ddls.get(i).commitTs() == ts; i--) {
            together.addAll(0, ddls.get(i).changes());
        }
        blocks.add(ts, together, table -> createdTs(table) < ts);
        timeline.tell(() -> "DDL at " + ts + ": " + changes);
    }

    /** Tables change their schemas while those come and go, in one DDL each or all in one, at one commit time. */
    private void tangle(long ts) {
        List<TableChange> changes = new ArrayList<>();
        TableId some = live.get(chance.nextInt(live.size()));
        Life life = lives.get(some);
        if (life == null) {
            throw new IllegalStateException("table " + some + " lives, and was never created");
        }
        SchemaId before = life.table.schema();
        SchemaId other = new SchemaId(schemas[chance.nextInt(schemas.length)]);
        switch (chance.nextInt(7)) {
            case 0 -> rename(life, other, ts, changes);
            case 6 -> {
                rename(life, other, ts, changes);
                timeline.in(1 + chance.nextInt(SOON_MILLIS), () -> dropSchema(other));
            }
            case 1 -> {
                rename(life, other, ts, changes);
                dropSchema(before, ts, changes);
                create(ts, changes);
            }
            case 2 -> {
                dropSchema(other, ts, changes);
                create(ts, changes);
                create(ts, changes);
            }
            case 3 -> {
                create(ts, changes);
                dropSchema(other, ts, changes);
                create(ts, changes);
            }
            case 4 -> {
                drop(some, ts, changes);
                create(ts, changes);
            }
            default -> {
                create(ts, changes);
                rename(life, other, ts, changes);
                create(ts, changes);
            }
        }
        if (chance.nextBoolean()) {
            add(ts, changes);
        } else {
            changes.forEach(change -> add(ts, List.of(change)));
        }
    }

    private static void rename(Life life, SchemaId schema, long ts, List<TableChange> changes) {
        life.rename(schema, ts);
        changes.add(new TableChange.RenameTable(life.table));
    }

    private void dropSchema(SchemaId schema, long ts, List<TableChange> changes) {
        lives.values().stream()
                .filter(life ->
                        life.droppedTs == Long.MAX_VALUE && life.table.schema().equals(schema))
                .forEach(life -> life.droppedTs = ts);
        refreshLive();
        changes.add(new TableChange.DropSchema(schema));
    }

    /** Somebody renames a table into another schema. */
    void renameTable(TableId table, SchemaId schema) {
        List<TableChange> changes = new ArrayList<>();
        Life life = lives.get(table);
        if (life != null) {
            rename(life, schema, timeline.now(), changes);
            add(timeline.now(), changes);
        }
    }

    /** Somebody drops a schema. */
    void dropSchema(SchemaId schema) {
        List<TableChange> changes = new ArrayList<>();
        dropSchema(schema, timeline.now(), changes);
        add(timeline.now(), changes);
    }

    /** Somebody drops a table. */
    void dropTable(TableId table) {
        List<TableChange> changes = new ArrayList<>();
        drop(table, timeline.now(), changes);
        add(timeline.now(), changes);
    }

    /** Somebody creates tables, a DDL and a millisecond each. */
    void createTables(int count) {
        one(changes -> create(timeline.now(), changes), count);
    }

    /** Somebody drops tables, a DDL and a millisecond each; two are left. */
    void dropTables(int count) {
        one(
                changes -> {
                    List<TableId> live = liveTables();
                    if (live.size() > 2) {
                        drop(anyOrYoungest(live), timeline.now(), changes);
                    }
                },
                count);
    }

    private void one(Consumer<List<TableChange>> kind, int left) {
        long ts = timeline.now();
        if (ddls.isEmpty() || ddls.get(ddls.size() - 1).commitTs() < ts) {
            List<TableChange> changes = new ArrayList<>();
            kind.accept(changes);
            if (!changes.isEmpty()) {
                add(ts, changes);
            }
        }
        if (left > 1) {
            timeline.in(1, () -> one(kind, left - 1));
        }
    }

    /** Half of the tables that are dropped have hardly lived. */
    private TableId anyOrYoungest(List<TableId> live) {
        return live.get(timeline.chance(0.5) ? live.size() - 1 : timeline.below(live.size()));
    }

    private void create(long ts, List<TableChange> changes) {
        Life life = new Life(newTable(), ts);
        lives.put(life.table.table(), life);
        refreshLive();
        changes.add(new TableChange.AddTable(life.table));
    }

    private void drop(TableId table, long ts, List<TableChange> changes) {
        Life life = lives.get(table);
        if (life != null) {
            life.droppedTs = ts;
            refreshLive();
            changes.add(new TableChange.DropTable(table));
        }
    }
}
