package dev.maintainer.connector.files;

import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
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
import java.util.function.Consumer;
import java.util.function.Function;

/** The state that segments amount to at one moment. Reads one table at a time, in bounded memory. */
final class SegmentState {
    private final Map<String, List<SegmentCatalog.Segment>> segments = new HashMap<>();
    private final Function<SegmentCatalog.Segment, Extent> extent;
    private final long upTo;

    /**
     * A state.
     *
     * @param extent how much of each segment counts; asked now, and not again
     * @param upTo the moment, a TSO: what was committed at it counts, what came later does not
     */
    SegmentState(SegmentCatalog catalog, Function<SegmentCatalog.Segment, Extent> extent, long upTo) {
        Map<SegmentCatalog.Segment, Extent> extents = new HashMap<>();
        for (SegmentCatalog.Segment each : catalog.segments()) {
            segments.computeIfAbsent(each.table(), any -> new ArrayList<>()).add(each);
            extents.put(each, extent.apply(each));
        }
        this.extent = each -> extents.getOrDefault(each, Extent.NONE);
        this.upTo = upTo;
    }

    /** The tables that exist. */
    SortedMap<TableName, TableId> tables() {
        SortedMap<Integer, DdlEvent> ddls = new TreeMap<>();
        read(TableId.DDL, entry -> {
            if (entry instanceof SegmentRecord.Ddl ddl && ddl.event().commitTs() <= upTo) {
                ddls.put(ddl.event().ordinal(), ddl.event());
            }
        });
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

    /** How much of the segments of a table counts, in bytes. What counts at a later moment is as much, or more. */
    long bytesOf(TableId table) {
        return segments.getOrDefault(table.toString(), List.of()).stream()
                .mapToLong(segment -> extent.apply(segment).length())
                .sum();
    }

    /** The rows of a table. Replays do no harm: the highest commitTs counts. To be closed. */
    RowCursor rows(TableId table) throws IOException {
        StateBuilder state = new StateBuilder();
        try {
            read(table, entry -> {
                if (entry instanceof SegmentRecord.Row row
                        && row.event().commitTs() <= upTo
                        && row.event().table().equals(table)) {
                    add(state, row.event());
                }
            });
            return state.finish();
        } catch (IOException | RuntimeException e) {
            state.close();
            throw e;
        }
    }

    private static void add(StateBuilder state, RowEvent event) {
        try {
            state.add(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(TableId table, Consumer<SegmentRecord> consumer) {
        for (SegmentCatalog.Segment segment : segments.getOrDefault(table.toString(), List.of())) {
            SegmentReader.read(segment.path(), extent.apply(segment), consumer);
        }
    }
}
