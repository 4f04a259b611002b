package dev.maintainer.connector.files;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
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
import org.jspecify.annotations.Nullable;

/** The state that segments amount to at one moment. Reads one table at a time, in bounded memory. */
final class SegmentState {
    private final Map<String, List<SegmentPart>> segments = new HashMap<>();
    private final long upTo;

    /**
     * A state.
     *
     * @param parts what counts of each segment
     * @param upTo the moment, a TSO: what was committed at it counts, what came later does not
     */
    SegmentState(List<SegmentPart> parts, long upTo) {
        for (SegmentPart each : parts) {
            segments.computeIfAbsent(each.table(), any -> new ArrayList<>()).add(each);
        }
        this.upTo = upTo;
    }

    /** The tables that exist. */
    SortedMap<TableName, TableId> tables() {
        SortedMap<Integer, DdlEvent> ddls = new TreeMap<>();
        for (SegmentPart segment : segmentsOf(TableId.DDL)) {
            read(segment, entry -> {
                if (entry instanceof SegmentRecord.Ddl ddl && ddl.event().commitTs() <= upTo) {
                    ddls.put(ddl.event().ordinal(), ddl.event());
                }
            });
        }
        SortedMap<TableName, TableInfo> live = new TreeMap<>();
        for (DdlEvent ddl : ddls.values()) {
            refuseShared(live, ddl);
            ddl.applyTo(live);
        }
        SortedMap<TableName, TableId> ids = new TreeMap<>();
        live.forEach((name, table) -> ids.put(name, table.table()));
        return ids;
    }

    /** A redo log goes on behind a DDL that the sink did not execute, as two tables would have one name. */
    private static void refuseShared(SortedMap<TableName, TableInfo> live, DdlEvent ddl) {
        TableInfo after = ddl.after();
        if (after == null) {
            return;
        }
        TableInfo there = live.get(after.name());
        TableInfo before = ddl.before();
        boolean itself = there == null
                || there.table().equals(after.table())
                || (before != null && there.table().equals(before.table()));
        if (!itself) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "two tables are called " + after.name() + " from " + ddl.commitTs()
                            + " on, because of the routes of the run, and cannot be told apart; the last moment before that is "
                            + (ddl.commitTs() - 1));
        }
    }

    /** How much of the segments of a table counts, in bytes. What counts at a later moment is as much, or more. */
    long bytesOf(TableId table) {
        return segmentsOf(table).stream()
                .mapToLong(segment -> segment.extent().length())
                .sum();
    }

    /** The rows of a table. Replays do no harm: the highest commitTs counts. To be closed. */
    RowCursor rows(TableId table) throws IOException {
        StateBuilder state = new StateBuilder();
        try {
            Map<String, String> definitions = new HashMap<>();
            for (SegmentPart segment : segmentsOf(table)) {
                @Nullable String[] definition = {null};
                read(segment, entry -> {
                    if (entry instanceof SegmentRecord.Definition next) {
                        // Segments repeat them; one object is enough.
                        String text = next.text();
                        definition[0] = text == null ? null : definitions.computeIfAbsent(text, any -> text);
                    } else if (entry instanceof SegmentRecord.Row row
                            && row.event().commitTs() <= upTo
                            && row.event().table().equals(table)) {
                        add(state, row.event().under(definition[0]));
                    }
                });
            }
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

    private List<SegmentPart> segmentsOf(TableId table) {
        return segments.getOrDefault(table.toString(), List.of());
    }

    private void read(SegmentPart segment, Consumer<SegmentRecord> consumer) {
        SegmentReader.read(segment.path(), segment.extent(), consumer);
    }
}
