package dev.maintainer.connector.files;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.text.Utf8Order;
import dev.maintainer.replication.file.LineReader;
import dev.maintainer.replication.json.JsonLine;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tables of a finished sink: {@code SCHEMA/TABLE.ndjson}, and an index that says which file is which table, for names
 * that are no file names. Rows are read when they are asked for. Immutable; the files must not change meanwhile.
 */
public final class FinishedTables {
    static final String SUFFIX = ".ndjson";
    /** Name of the index. No schema has a directory of this name. */
    static final String INDEX = "INDEX.ndjson";

    private final Path directory;
    private final SortedMap<TableName, Entry> entries;

    /**
     * A table.
     *
     * @param rows how many there must be; -1 if nobody knows
     */
    private record Entry(Path file, long rows) {}

    private FinishedTables(Path directory, SortedMap<TableName, Entry> entries) {
        this.directory = directory;
        this.entries = entries;
    }

    /**
     * The tables of a sink.
     *
     * @throws MaintainerException if it is not finished, or they are not complete
     */
    public static FinishedTables of(SinkDirectory sink) throws MaintainerException {
        Path tables = sink.currentTables();
        if (!Files.isDirectory(tables)) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    sink.path()
                            + " has no finished tables; let a run into it come to its end first, or make them with 'sink"
                            + " materialise' if nodes of a cluster share it");
        }
        try {
            return in(tables);
        } catch (IOException e) {
            throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "cannot read " + tables + ": " + e, e);
        }
    }

    static FinishedTables in(Path tables) throws IOException {
        return new FinishedTables(tables, Files.exists(tables.resolve(INDEX)) ? indexed(tables) : listed(tables));
    }

    /** Whether a directory has what a run leaves: somebody else may have made one of that name. */
    static boolean areIn(Path tables) {
        try {
            return Files.isDirectory(tables)
                    && (Files.exists(tables.resolve(INDEX)) || !listed(tables).isEmpty());
        } catch (IOException | MaintainerException e) {
            return false;
        }
    }

    private static SortedMap<TableName, Entry> indexed(Path tables) throws IOException {
        SortedMap<TableName, Entry> entries = new TreeMap<>();
        Path index = tables.resolve(INDEX);
        try (InputStream in = Files.newInputStream(index)) {
            LineReader lines = new LineReader(in);
            String text;
            while ((text = next(lines, index)) != null) {
                try {
                    JsonLine line = JsonLine.parse(text);
                    Path file = tables.resolve(line.string("file")).normalize();
                    if (!file.startsWith(tables.normalize())) {
                        throw new IllegalArgumentException(line.string("file") + " is not below " + tables);
                    }
                    TableName name = new TableName(line.string("schema"), line.string("table"));
                    if (entries.put(name, new Entry(file, line.integer("rows"))) != null) {
                        throw new IllegalArgumentException("table " + name + " for the second time");
                    }
                } catch (IllegalArgumentException e) {
                    throw damaged(index, lines.line(), String.valueOf(e.getMessage()), e);
                }
            }
        }
        return entries;
    }

    /** Without an index, as earlier versions left it. */
    private static SortedMap<TableName, Entry> listed(Path tables) throws IOException {
        SortedMap<TableName, Entry> entries = new TreeMap<>();
        for (Path schema : children(tables)) {
            for (Path file : children(schema)) {
                entries.put(nameOf(schema, file), new Entry(file, -1));
            }
        }
        return entries;
    }

    /** All tables. */
    public SortedSet<TableName> names() {
        return Collections.unmodifiableSortedSet(new TreeSet<>(entries.keySet()));
    }

    /** How many rows the index says there are; tables without an index do not count. */
    public long rows() {
        return entries.values().stream()
                .mapToLong(entry -> Math.max(0, entry.rows))
                .sum();
    }

    /** The rows of a table as JSON, in byte order of their keys, in memory; none if there is no such table. */
    public SortedMap<String, String> rows(TableName table) throws MaintainerException {
        SortedMap<String, String> rows = new TreeMap<>(Utf8Order.INSTANCE);
        try (RowCursor cursor = cursor(table)) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                rows.put(row.key(), row.json());
            }
        }
        return rows;
    }

    /**
     * The rows of a table; none if there is no such table. To be closed. While it is read it throws a {@link
     * MaintainerException} if the file is damaged, not in order, or shorter or longer than it was written.
     */
    public RowCursor cursor(TableName table) throws MaintainerException {
        Entry entry = entries.get(table);
        return entry == null ? RowCursor.empty() : new FileCursor(entry.file, entry.rows);
    }

    private static final class FileCursor implements RowCursor {
        private final Path file;
        private final long expected;
        private final InputStream in;
        private final LineReader lines;
        private final List<String> definitions = new ArrayList<>();
        private @Nullable String before;
        private long count;

        FileCursor(Path file, long expected) {
            this.file = file;
            this.expected = expected;
            try {
                this.in = Files.newInputStream(file);
                this.lines = new LineReader(in);
            } catch (NoSuchFileException e) {
                throw new MaintainerException(
                        ErrorCode.SINK_UNAVAILABLE, file + " is missing, and the index names it; replicate again", e);
            } catch (IOException e) {
                throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "cannot read " + file + ": " + e, e);
            }
        }

        @Override
        public @Nullable Row next() {
            try {
                for (String text = FinishedTables.next(lines, file);
                        text != null;
                        text = FinishedTables.next(lines, file)) {
                    JsonLine line = JsonLine.parse(text);
                    if (!line.has("key") && line.has("definition")) {
                        define(line);
                    } else {
                        count++;
                        return row(line);
                    }
                }
            } catch (IllegalArgumentException e) {
                throw damaged(file, lines.line(), String.valueOf(e.getMessage()), e);
            } catch (IOException e) {
                throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "cannot read " + file + ": " + e, e);
            }
            if (expected >= 0 && count != expected) {
                throw new MaintainerException(
                        ErrorCode.SINK_UNAVAILABLE,
                        file + " has " + count + " rows, and " + expected
                                + " were written; something else has changed it");
            }
            return null;
        }

        private void define(JsonLine line) {
            if (line.integer("definition") != definitions.size()) {
                throw new IllegalArgumentException("definition " + line.integer("definition") + " after "
                        + definitions.size() + " of them; they are numbered from 0");
            }
            definitions.add(line.string("text"));
        }

        private @Nullable String definitionOf(JsonLine row) {
            if (!row.has("definition")) {
                return null;
            }
            long number = row.integer("definition");
            if (number < 0 || number >= definitions.size()) {
                throw new IllegalArgumentException("definition " + number + " is not in a line before");
            }
            return definitions.get((int) number);
        }

        private Row row(JsonLine line) {
            String key = line.string("key");
            String json = line.object("row");
            if (json == null) {
                throw new IllegalArgumentException("expected \"row\", an object");
            }
            int order = before == null ? -1 : Utf8Order.INSTANCE.compare(before, key);
            if (order >= 0) {
                throw new IllegalArgumentException(
                        "key '" + key + "' " + (order == 0 ? "for the second time" : "is not in order"));
            }
            before = key;
            return new Row(key, json, definitionOf(line));
        }

        @Override
        public void close() {
            try {
                in.close();
            } catch (IOException e) {
                throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "cannot close " + file + ": " + e, e);
            }
        }
    }

    private static @Nullable String next(LineReader lines, Path file) throws IOException {
        try {
            return lines.next();
        } catch (LineReader.TooLongException e) {
            throw damaged(file, lines.line(), String.valueOf(e.getMessage()), e);
        }
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

    private static MaintainerException damaged(Path file, long line, String what, @Nullable Throwable cause) {
        return new MaintainerException(ErrorCode.SINK_UNAVAILABLE, file + ":" + line + ": " + what, cause);
    }

    private static List<Path> children(Path directory) throws IOException {
        try (Stream<Path> children = Files.list(directory)) {
            return children.sorted().toList();
        }
    }

    @Override
    public String toString() {
        return entries.size() + " tables in " + directory;
    }
}
