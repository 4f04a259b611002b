package dev.maintainer.connector.tck;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A history in memory, and the sources of it. */
final class ModelHistory implements SourceLab {
    static final String SCHEMA = "model";

    /** A table that is or was. */
    record Life(TableInfo info, long from, long to) {}

    final Map<TableId, List<RowEvent>> rows = new HashMap<>();
    final List<DdlEvent> ddls = new ArrayList<>();
    final List<Life> lives = new ArrayList<>();
    private final Map<String, TableId> live = new HashMap<>();
    private final @Nullable SourceFault fault;
    long now = 10;

    ModelHistory(@Nullable SourceFault fault) {
        this.fault = fault;
    }

    @Override
    public void createTable(String table) {
        now += 10;
        boolean known = fault == SourceFault.IDS_BY_NAME;
        TableId id = new TableId(known ? table.charAt(0) : 1 + lives.size());
        live.put(table, id);
        rows.putIfAbsent(id, new ArrayList<>());
        lives.add(
                new Life(new TableInfo(id, new SchemaId(1), new TableName(SCHEMA, table), true), now, Long.MAX_VALUE));
        ddls.add(new DdlEvent(
                now, ddls.size(), DdlEvent.Kind.CREATE_TABLE, new SchemaId(1), SCHEMA, id, table, List.of()));
    }

    @Override
    public void dropTable(String table) {
        now += 10;
        TableId id = live.remove(table);
        lives.replaceAll(each -> each.info().table().equals(id) && each.to() == Long.MAX_VALUE
                ? new Life(each.info(), each.from(), now)
                : each);
        ddls.add(new DdlEvent(
                now,
                ddls.size(),
                DdlEvent.Kind.DROP_TABLE,
                new SchemaId(1),
                SCHEMA,
                id,
                table,
                fault == SourceFault.FORGETS_WHAT_A_DROP_DROPS ? List.of() : List.of(id)));
    }

    @Override
    public void commit(List<Change> changes) {
        now += 10;
        for (Change change : changes) {
            TableId id = Objects.requireNonNull(live.get(change.table()), change.table());
            Integer value = change.value();
            rows.computeIfAbsent(id, any -> new ArrayList<>())
                    .add(new RowEvent(
                            now,
                            id,
                            value == null ? RowEvent.Op.D : RowEvent.Op.U,
                            change.key(),
                            value == null ? null : "{\"v\":" + value + "}"));
        }
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
