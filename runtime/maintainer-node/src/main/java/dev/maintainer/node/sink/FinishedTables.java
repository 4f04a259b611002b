package dev.maintainer.node.sink;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.node.changelog.JsonLine;
import dev.maintainer.node.changelog.LineReader;
import dev.maintainer.node.changelog.TableName;
import dev.maintainer.node.changelog.Utf8Order;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
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
                    sink.path() + " has no finished tables; let a run into it come to its end first");
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

    /** The rows of a table as JSON, in byte order of their keys; none if there is no such table. */
    public SortedMap<String, String> rows(TableName table) throws MaintainerException {
        Entry entry = entries.get(table);
        SortedMap<String, String> rows = entry == null ? new TreeMap<>() : read(entry.file);
        if (entry != null && entry.rows >= 0 && entry.rows != rows.size()) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    entry.file + " has " + rows.size() + " rows, and " + entry.rows
                            + " were written; something else has changed it");
        }
        return rows;
    }

    private static SortedMap<String, String> read(Path file) {
        SortedMap<String, String> rows = new TreeMap<>(Utf8Order.INSTANCE);
        try (InputStream in = Files.newInputStream(file)) {
            LineReader lines = new LineReader(in);
            String text;
            while ((text = next(lines, file)) != null) {
                try {
                    JsonLine line = JsonLine.parse(text);
                    String key = line.string("key");
                    String row = line.object("row");
                    if (row == null) {
                        throw new IllegalArgumentException("expected \"row\", an object");
                    }
                    if (rows.put(key, row) != null) {
                        throw new IllegalArgumentException("key '" + key + "' for the second time");
                    }
                } catch (IllegalArgumentException e) {
                    throw damaged(file, lines.line(), String.valueOf(e.getMessage()), e);
                }
            }
            return rows;
        } catch (NoSuchFileException e) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE, file + " is missing, and the index names it; replicate again", e);
        } catch (IOException e) {
            throw new MaintainerException(ErrorCode.SINK_UNAVAILABLE, "cannot read " + file + ": " + e, e);
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
