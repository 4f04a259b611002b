package dev.maintainer.connector.postgres.world;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.ColumnImage;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import dev.maintainer.replication.state.StateBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * A sink that keeps all changes of rows as texts, as files do, in whatever order they come and also those that come again. What they
 * amount to is found by those who read it, with the classes that read files. It survives the process.
 */
final class LogSinkModel implements Sink {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final World world;
    private final Map<TableId, List<RowEvent>> changes = new HashMap<>();
    /** The tables that there are, by what was said of them last. */
    private final Map<TableId, TableInfo> tables = new HashMap<>();

    /** What they look like from the position of a DDL on. */
    private final Map<TableId, TreeMap<Long, TableImage>> images = new HashMap<>();

    private final List<Writer> open = new ArrayList<>();
    private long epoch;

    LogSinkModel(World world) {
        this.world = world;
    }

    @Override
    public Fencing fencing() {
        return Fencing.FENCED;
    }

    @Override
    public void fence(ChangefeedId changefeed, MaintainerEpoch next) {
        if (next.value() < epoch) {
            throw new MaintainerException(ErrorCode.SINK_FENCED, "epoch " + epoch + " is later than " + next);
        }
        epoch = next.value();
        open.removeIf(writer -> writer.created < epoch);
    }

    @Override
    public SpanWriter open(
            TableSpan span, DispatcherId dispatcher, MaintainerEpoch created, Supplier<MaintainerEpoch> accepted) {
        // As a claim does, it keeps out whoever has written the span so far.
        open.removeIf(writer -> writer.span.table().equals(span.table())
                && writer.span.start().compareTo(span.end()) < 0
                && span.start().compareTo(writer.span.end()) < 0);
        Writer writer = new Writer(span, created.value());
        if (created.value() == epoch) {
            open.add(writer);
        }
        return writer;
    }

    @Override
    public boolean takesPartsOfRows() {
        return true;
    }

    @Override
    public long rowsApplied() {
        return changes.values().stream().mapToLong(List::size).sum();
    }

    @Override
    public long rowsAppliedAgain() {
        return 0;
    }

    @Override
    public void close() {}

    /** The rows of all tables, as {@link SourceModel#contents} has them, with the columns that they have right before a position. */
    Map<String, SortedMap<String, Map<String, String>>> contents(long ts) {
        Map<String, SortedMap<String, Map<String, String>>> contents = new TreeMap<>();
        tables.forEach((table, info) -> contents.put("\"shop\".\"" + info.name().table() + "\"", contents(table, ts)));
        return contents;
    }

    private SortedMap<String, Map<String, String>> contents(TableId table, long ts) {
        TreeMap<String, Map<String, String>> rows = new TreeMap<>();
        List<ColumnImage> columns = columns(table, ts);
        try (StateBuilder state = new StateBuilder()) {
            for (RowEvent change : changes.getOrDefault(table, List.of())) {
                state.add(change);
            }
            try (RowCursor cursor = state.finish()) {
                for (Row row = cursor.next(); row != null; row = cursor.next()) {
                    Map<String, String> values = values(row, columns);
                    rows.put(String.valueOf(values.get("id")), values);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return rows;
    }

    private List<ColumnImage> columns(TableId table, long ts) {
        TreeMap<Long, TableImage> known = images.get(table);
        Map.Entry<Long, TableImage> image = known == null ? null : known.lowerEntry(ts);
        return image == null ? List.of() : image.getValue().columns();
    }

    /** A row may have columns that its table has not any more, and lack those that were added behind it. */
    private static Map<String, String> values(Row row, List<ColumnImage> columns) throws JsonProcessingException {
        Map<String, String> values = new TreeMap<>();
        JsonNode json = JSON.readTree(row.json());
        for (ColumnImage column : columns) {
            JsonNode value = json.get(column.name());
            if (value != null && !value.isNull()) {
                values.put(column.name(), value.asText());
            }
        }
        return values;
    }

    private final class Writer implements SpanWriter {
        private final TableSpan span;
        private final long created;

        Writer(TableSpan span, long created) {
            this.span = span;
            this.created = created;
        }

        @Override
        public WriteResult write(List<RowEvent> rows) {
            world.control.interrupt();
            SinkModel.Fate fate = world.control.fate();
            if (!open.contains(this)) {
                return WriteResult.SEALED;
            }
            // A part of what is not heard of may be there.
            int kept = fate == SinkModel.Fate.LOST ? world.chance.below(rows.size()) : rows.size();
            for (RowEvent row : rows.subList(0, kept)) {
                changes.computeIfAbsent(row.table(), any -> new ArrayList<>()).add(told(row));
            }
            requireAnswer(fate);
            return WriteResult.DURABLE;
        }

        /** As it is read from a file: in texts. */
        private static RowEvent told(RowEvent row) {
            SpanBound order = row.order();
            return new RowEvent(row.commitTs(), row.table(), row.op(), row.key(), order, row.row(), row.definition())
                    .numbered(row.number());
        }

        private void requireAnswer(SinkModel.Fate fate) {
            if (fate != SinkModel.Fate.ANSWERED) {
                throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "nobody knows what was written");
            }
        }

        @Override
        public WriteResult writeDdls(List<DdlEvent> ddls) {
            world.control.interrupt();
            SinkModel.Fate fate = world.control.fate();
            if (!open.contains(this)) {
                return WriteResult.SEALED;
            }
            if (fate != SinkModel.Fate.LOST) {
                ddls.forEach(this::apply);
            }
            requireAnswer(fate);
            return WriteResult.DURABLE;
        }

        private void apply(DdlEvent ddl) {
            TableInfo before = ddl.before();
            TableInfo after = ddl.after();
            TreeMap<Long, TableImage> known = before == null ? null : images.get(before.table());
            if (before != null) {
                tables.remove(before.table());
            }
            if (after != null) {
                tables.put(after.table(), after);
                TreeMap<Long, TableImage> next = images.computeIfAbsent(after.table(), any -> new TreeMap<>());
                String definition = ddl.definition();
                if (definition != null) {
                    next.put(ddl.commitTs(), TableImage.parse(definition));
                } else if (known != null) {
                    next.putAll(Map.copyOf(known));
                }
            }
        }

        @Override
        public void seal() {
            open.remove(this);
        }
    }
}
