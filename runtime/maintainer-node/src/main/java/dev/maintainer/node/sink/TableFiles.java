package dev.maintainer.node.sink;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;
import dev.maintainer.node.changelog.DdlEvent;
import dev.maintainer.node.changelog.JsonLine;
import dev.maintainer.node.changelog.RowEvent;
import dev.maintainer.node.changelog.TableName;
import dev.maintainer.node.changelog.Utf8Order;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Turns segments into one file per live table, and reads such files. */
public final class TableFiles {
    private static final String SUFFIX = ".ndjson";

    private TableFiles() {}

    /**
     * Writes {@code tables/<schema>/<table>.ndjson} for each live table. The directory appears in one step, when all of
     * it is durable.
     *
     * @return how many rows there are
     */
    public static long materialise(SinkDirectory sink) throws MaintainerException {
        SortedMap<Integer, DdlEvent> ddls = new TreeMap<>();
        Map<TableId, SortedMap<String, RowEvent>> rows = new HashMap<>();
        for (Path segment : SegmentReader.segments(sink.path().resolve(SinkDirectory.SEGMENTS))) {
            SegmentReader.read(segment, entry -> {
                if (entry instanceof SegmentRecord.Ddl ddl) {
                    ddls.put(ddl.event().ordinal(), ddl.event());
                } else if (entry instanceof SegmentRecord.Row row) {
                    RowEvent event = row.event();
                    rows.computeIfAbsent(event.table(), any -> new TreeMap<>(Utf8Order.INSTANCE))
                            .merge(event.key(), event, (a, b) -> a.commitTs() >= b.commitTs() ? a : b);
                }
            });
        }
        Path temporary = sink.path().resolve(".tables.tmp");
        try {
            SinkDirectory.deleteTree(temporary);
            SinkDirectory.deleteTree(sink.tables());
            Files.createDirectories(temporary);
            long count = 0;
            for (Map.Entry<TableName, TableId> table : liveTables(ddls).entrySet()) {
                count += write(temporary, table.getKey(), rows.getOrDefault(table.getValue(), new TreeMap<>()));
            }
            Files.move(temporary, sink.tables(), StandardCopyOption.ATOMIC_MOVE);
            FileSink.force(sink.path());
            return count;
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "cannot write tables to " + sink.path() + ": " + e + "; check space and permissions",
                    e);
        }
    }

    /** Reads the finished tables: for each table its rows as JSON. */
    public static SortedMap<TableName, SortedMap<String, String>> read(SinkDirectory sink) throws MaintainerException {
        Path tables = sink.tables();
        if (!Files.isDirectory(tables)) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    sink.path() + " has no finished tables; let a run into it come to its end first");
        }
        SortedMap<TableName, SortedMap<String, String>> state = new TreeMap<>();
        try {
            for (Path schema : children(tables)) {
                for (Path file : children(schema)) {
                    state.put(nameOf(schema, file), readTable(file));
                }
            }
            return state;
        } catch (IOException e) {
            throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "cannot read " + tables + ": " + e, e);
        }
    }

    private static SortedMap<TableName, TableId> liveTables(SortedMap<Integer, DdlEvent> ddls) {
        SortedMap<TableName, TableId> live = new TreeMap<>();
        for (DdlEvent ddl : ddls.values()) {
            TableId table = ddl.table();
            String tableName = ddl.tableName();
            if (table == null || tableName == null) {
                live.keySet().removeIf(name -> name.schema().equals(ddl.schemaName()));
            } else if (ddl.kind() == DdlEvent.Kind.CREATE_TABLE) {
                live.put(new TableName(ddl.schemaName(), tableName), table);
            } else {
                live.remove(new TableName(ddl.schemaName(), tableName), table);
            }
        }
        return live;
    }

    private static long write(Path directory, TableName name, SortedMap<String, RowEvent> rows) throws IOException {
        Path schema = directory.resolve(FileName.encode(name.schema()));
        Files.createDirectories(schema);
        Path file = schema.resolve(FileName.encode(name.table()) + SUFFIX);
        long count = 0;
        try (BufferedWriter out = Files.newBufferedWriter(file)) {
            for (RowEvent row : rows.values()) {
                if (row.row() != null) {
                    String key = JsonNodeFactory.instance.textNode(row.key()).toString();
                    out.write("{\"key\":" + key + ",\"row\":" + row.row() + "}\n");
                    count++;
                }
            }
        }
        FileSink.force(file);
        FileSink.force(schema);
        return count;
    }

    private static SortedMap<String, String> readTable(Path file) throws IOException {
        SortedMap<String, String> rows = new TreeMap<>(Utf8Order.INSTANCE);
        int line = 0;
        for (String text : Files.readAllLines(file)) {
            line++;
            try {
                JsonLine node = JsonLine.parse(text);
                String key = node.string("key");
                String row = node.object("row");
                if (row == null) {
                    throw damaged(file, line, "expected \"row\", an object", null);
                }
                if (rows.put(key, row) != null) {
                    throw damaged(file, line, "key '" + key + "' for the second time", null);
                }
            } catch (IllegalArgumentException e) {
                throw damaged(file, line, String.valueOf(e.getMessage()), e);
            }
        }
        return rows;
    }

    private static TableName nameOf(Path schema, Path file) {
        String fileName = String.valueOf(file.getFileName());
        try {
            if (!fileName.endsWith(SUFFIX)) {
                throw new IllegalArgumentException("no " + SUFFIX);
            }
            return new TableName(
                    FileName.decode(String.valueOf(schema.getFileName())),
                    FileName.decode(fileName.substring(0, fileName.length() - SUFFIX.length())));
        } catch (IllegalArgumentException e) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE, file + " is not a table file of ours: " + e.getMessage(), e);
        }
    }

    private static MaintainerException damaged(
            Path file, int line, String what, @org.jspecify.annotations.Nullable Throwable cause) {
        return new MaintainerException(ErrorCode.SINK_UNAVAILABLE, file + ":" + line + ": " + what, cause);
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return new ArrayList<>(children.sorted().toList());
        }
    }
}
