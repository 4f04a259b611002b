package dev.maintainer.connector.files;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Tables that are written and durable, but not yet the tables of the sink: {@link #publish} makes them that in one step.
 * So whoever finds {@code tables/} finds all of it, and only what was found to be right.
 */
public final class StagedTables {
    private static final String STAGED = ".tables.tmp";
    /** Files that are written before the first of them is made durable: the file system then does most of it at once. */
    private static final int TOGETHER = 4_096;

    private final SinkDirectory sink;
    private final FinishedTables tables;
    private final long rows;

    private StagedTables(SinkDirectory sink, FinishedTables tables, long rows) {
        this.sink = sink;
        this.tables = tables;
        this.rows = rows;
    }

    /** Writes a file for each table of a state. What an earlier process has left there is removed. */
    static StagedTables write(SinkDirectory sink, SegmentState state) throws MaintainerException {
        Path staged = sink.path().resolve(STAGED);
        try {
            DurableFiles.deleteTree(staged);
            long rows = write(staged, state, SharedTables.NONE).rows();
            return new StagedTables(sink, FinishedTables.in(staged), rows);
        } catch (IOException e) {
            throw unwritable(sink, e);
        }
    }

    /**
     * Writes a file for each table of a state to a directory, which does not exist yet, and makes them durable. Does not read
     * the segments of tables whose files were written earlier, and are still right.
     *
     * @param earlier what was written earlier in this file system
     * @return what is there now
     */
    static SharedTables write(Path staged, SegmentState state, SharedTables earlier) throws IOException {
        Files.createDirectories(staged);
        FileNames schemas = new FileNames("", Set.of(FinishedTables.INDEX));
        Map<String, FileNames> tables = new HashMap<>();
        List<Path> written = new ArrayList<>();
        Map<TableId, SharedTables.TableFile> all = new HashMap<>();
        try (BufferedWriter index = Files.newBufferedWriter(staged.resolve(FinishedTables.INDEX))) {
            for (Map.Entry<TableName, TableId> table : state.tables().entrySet()) {
                TableName name = table.getKey();
                Path schema = staged.resolve(schemas.of(name.schema()));
                FileNames files = tables.get(name.schema());
                if (files == null) {
                    files = new FileNames(FinishedTables.SUFFIX, Set.of());
                    tables.put(name.schema(), files);
                    Files.createDirectory(schema);
                }
                Path file = schema.resolve(files.of(name.table()));
                String place = schema.getFileName() + "/" + file.getFileName();
                TableId id = table.getValue();
                long bytes = state.bytesOf(id);
                OptionalLong shared = earlier.share(id, bytes, file);
                long count = shared.isPresent() ? shared.getAsLong() : write(file, id, state);
                index.write(JsonNodeFactory.instance
                                .objectNode()
                                .put("schema", name.schema())
                                .put("table", name.table())
                                .put("file", place)
                                .put("rows", count)
                        + "\n");
                all.put(id, new SharedTables.TableFile(place, bytes, count));
                if (shared.isEmpty()) {
                    written.add(file);
                }
                if (written.size() == TOGETHER) {
                    forceAll(written);
                }
            }
        }
        forceAll(written);
        DurableFiles.force(staged.resolve(FinishedTables.INDEX));
        for (String schema : tables.keySet()) {
            DurableFiles.force(staged.resolve(schemas.of(schema)));
        }
        DurableFiles.force(staged);
        return SharedTables.in(staged, all);
    }

    private static long write(Path file, TableId table, SegmentState state) throws IOException {
        long count = 0;
        try (RowCursor rows = state.rows(table);
                BufferedWriter out = Files.newBufferedWriter(file)) {
            Map<String, Integer> definitions = new HashMap<>();
            for (Row row = rows.next(); row != null; row = rows.next()) {
                String key = JsonNodeFactory.instance.textNode(row.key()).toString();
                String definition = row.definition();
                String under = definition == null ? "" : ",\"definition\":" + numberOf(definition, definitions, out);
                out.write("{\"key\":" + key + ",\"row\":" + row.json() + under + "}\n");
                count++;
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
        return count;
    }

    /** Rows name a definition by its number: where it is met for the first time, a line of its own says what it is. */
    private static int numberOf(String definition, Map<String, Integer> definitions, BufferedWriter out)
            throws IOException {
        Integer known = definitions.get(definition);
        if (known != null) {
            return known;
        }
        int number = definitions.size();
        definitions.put(definition, number);
        out.write(
                JsonNodeFactory.instance.objectNode().put("definition", number).put("text", definition) + "\n");
        return number;
    }

    private static void forceAll(List<Path> written) throws IOException {
        for (Path file : written) {
            DurableFiles.force(file);
        }
        written.clear();
    }

    /** How many rows there are. */
    public long rows() {
        return rows;
    }

    /** What was written, to be looked at before it counts. */
    public FinishedTables tables() {
        return tables;
    }

    /**
     * Makes them the tables of the sink. An earlier attempt may have come as far, and not to its end.
     *
     * @throws MaintainerException if they cannot be written, or something that is not ours is in their place
     */
    public void publish() throws MaintainerException {
        sink.clearTables();
        move(sink.tables());
    }

    /**
     * Puts tables that are not what they should be where nobody takes them for the right ones. The next run begins from the
     * start.
     */
    public void reject() throws MaintainerException {
        try {
            DurableFiles.deleteTree(sink.rejected());
        } catch (IOException e) {
            throw unwritable(sink, e);
        }
        move(sink.rejected());
    }

    private void move(Path to) {
        try {
            DurableFiles.move(sink.path().resolve(STAGED), to);
        } catch (IOException e) {
            throw unwritable(sink, e);
        }
    }

    private static MaintainerException unwritable(SinkDirectory sink, IOException cause) {
        return new MaintainerException(
                ErrorCode.SINK_UNAVAILABLE,
                "cannot write tables to " + sink.path() + ": " + cause + "; check space and permissions",
                cause);
    }
}
