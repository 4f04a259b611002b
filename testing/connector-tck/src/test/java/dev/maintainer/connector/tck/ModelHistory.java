package dev.maintainer.connector.tck;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.port.SchemaSnapshot;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A history in memory, and the sources of it. */
final class ModelHistory implements SourceLab {
    static final String SCHEMA = "model";
    private static final int SYNC_POINT_INTERVAL = 7;

    /** A table that is or was. */
    record Life(TableInfo info, long from, long to) {}

    final Map<TableId, List<RowEvent>> rows = new HashMap<>();
    /** Those of one transaction together. */
    final List<List<DdlEvent>> ddls = new ArrayList<>();

    final List<Long> syncPoints = new ArrayList<>();
    final List<Life> lives = new ArrayList<>();
    private final Map<TableName, TableId> live = new HashMap<>();
    private final Set<Ability> abilities;
    private final @Nullable SourceFault fault;
    private int ordinal;
    private int changed;
    long now = 10;

    ModelHistory(Set<Ability> abilities, @Nullable SourceFault fault) {
        this.abilities = abilities;
        this.fault = fault;
    }

    @Override
    public Set<Ability> abilities() {
        return abilities;
    }

    @Override
    public void commit(List<Change> changes, List<Ddl> together) {
        now += 10;
        for (Change change : changes) {
            TableId id = idOf(new TableName(SCHEMA, change.table()));
            Integer value = change.value();
            rows.computeIfAbsent(id, any -> new ArrayList<>())
                    .add(new RowEvent(
                            now,
                            id,
                            value == null ? RowEvent.Op.D : RowEvent.Op.U,
                            change.key(),
                            value == null ? null : "{\"v\":" + value + "}"));
            if (++changed % SYNC_POINT_INTERVAL == 0 && !syncPoints.contains(now)) {
                syncPoints.add(now);
            }
        }
        for (Ddl ddl : together) {
            if (ddl instanceof Ddl.CreateTable create) {
                createTable(create.table());
            } else if (ddl instanceof Ddl.DropTable drop) {
                TableId id = idOf(drop.table());
                end(table -> table.equals(drop.table()));
                add(DdlEvent.dropTable(
                        now,
                        ordinal++,
                        info(id, drop.table()),
                        fault == SourceFault.FORGETS_WHAT_A_DROP_DROPS ? List.of() : List.of(id)));
            } else if (ddl instanceof Ddl.DropSchema drop) {
                List<TableId> gone = end(table -> table.schema().equals(drop.schema()));
                add(DdlEvent.dropSchema(now, ordinal++, schemaOf(drop.schema()), drop.schema(), gone));
            }
        }
    }

    private void createTable(TableName name) {
        boolean known = fault == SourceFault.IDS_BY_NAME;
        TableId id = new TableId(known ? name.table().charAt(0) : 1 + lives.size());
        live.put(name, id);
        rows.putIfAbsent(id, new ArrayList<>());
        lives.add(new Life(info(id, name), now, Long.MAX_VALUE));
        add(DdlEvent.createTable(now, ordinal++, info(id, name), null));
    }

    private List<TableId> end(Predicate<TableName> goes) {
        List<TableId> gone = live.entrySet().stream()
                .filter(each -> goes.test(each.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        live.keySet().removeIf(goes);
        lives.replaceAll(each -> gone.contains(each.info().table()) && each.to() == Long.MAX_VALUE
                ? new Life(each.info(), each.from(), now)
                : each);
        return gone;
    }

    private TableId idOf(TableName table) {
        return Objects.requireNonNull(live.get(table), table.toString());
    }

    private static SchemaId schemaOf(String name) {
        return new SchemaId(name.length());
    }

    private static TableInfo info(TableId id, TableName name) {
        return new TableInfo(id, schemaOf(name.schema()), name, true);
    }

    private void add(DdlEvent ddl) {
        List<DdlEvent> last = ddls.isEmpty() ? List.of() : ddls.get(ddls.size() - 1);
        if (last.isEmpty() || last.get(0).commitTs() != now) {
            last = new ArrayList<>();
            ddls.add(last);
        }
        last.add(ddl);
    }

    SchemaSnapshot tablesAt(long ts) {
        return new SchemaSnapshot(
                ts,
                lives.stream()
                        .filter(each -> each.from() <= ts && ts < each.to())
                        .map(Life::info)
                        .toList());
    }

    @Override
    public Source open() {
        return new ModelSource(this, fault);
    }

    @Override
    public String schema() {
        return SCHEMA;
    }

    @Override
    public int valueOf(String json) {
        return Integer.parseInt(json.replaceAll("\\D", ""));
    }

    @Override
    public Duration patience() {
        return Duration.ofMillis(200);
    }
}
