package com.example.memory;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.state.Row;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What would be on disk: tables, rows, the latest epoch, and who may write for each dispatcher. It outlives the sinks that are
 * opened on it. All access holds its monitor.
 */
final class Place {
    /** Byte order of the UTF-8 form, in which sinks show their keys. */
    static final Comparator<String> KEY_ORDER = (left, right) -> Arrays.compareUnsigned(
            left.getBytes(StandardCharsets.UTF_8), right.getBytes(StandardCharsets.UTF_8));

    private static final Map<String, Place> PLACES = new ConcurrentHashMap<>();

    private final SortedMap<Integer, DdlEvent> ddls = new TreeMap<>();
    /** The latest change of each key, deletions included: an older one may still come. */
    private final Map<TableId, NavigableMap<String, RowEvent>> rows = new HashMap<>();
    private final Map<DispatcherId, Long> openings = new HashMap<>();
    private String source = "";
    private long epoch;
    private long lastOpening;

    static Place named(String name) {
        return PLACES.computeIfAbsent(name, any -> new Place());
    }

    synchronized void claim(String claimant) {
        if (!source.isEmpty() && !source.equals(claimant)) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "it has rows of source " + source + ", and is asked for " + claimant + "; name another place");
        }
        source = claimant;
    }

    synchronized void fence(long next) {
        if (next < epoch) {
            throw new MaintainerException(ErrorCode.SINK_FENCED, "epoch " + next + " is older than " + epoch);
        }
        epoch = next;
    }

    synchronized boolean isCurrent(long accepted) {
        return accepted >= epoch;
    }

    synchronized long open(DispatcherId dispatcher, long accepted) {
        if (!isCurrent(accepted)) {
            throw new MaintainerException(
                    ErrorCode.SINK_FENCED,
                    "dispatcher " + dispatcher + " is opened under epoch " + accepted + ", the sink is at " + epoch);
        }
        openings.put(dispatcher, ++lastOpening);
        return lastOpening;
    }

    synchronized boolean isOpen(DispatcherId dispatcher, long opening) {
        return openings.getOrDefault(dispatcher, 0L) == opening;
    }

    synchronized void seal(DispatcherId dispatcher, long opening) {
        openings.remove(dispatcher, opening);
    }

    /** Whether the change was news. */
    synchronized boolean apply(RowEvent row) {
        NavigableMap<String, RowEvent> table = rows.computeIfAbsent(row.table(), any -> new TreeMap<>(KEY_ORDER));
        RowEvent known = table.get(row.key());
        if (known != null && !row.isLaterThan(known)) {
            return false;
        }
        table.put(row.key(), row);
        return true;
    }

    synchronized void apply(DdlEvent ddl) {
        if (ddls.put(ddl.ordinal(), ddl) == null) {
            ddl.dropped().forEach(rows::remove);
        }
    }

    /** The tables that exist: a later one of the same name is another one. */
    synchronized SortedMap<TableName, TableInfo> tables() {
        SortedMap<TableName, TableInfo> live = new TreeMap<>();
        ddls.values().forEach(ddl -> ddl.applyTo(live));
        return live;
    }

    synchronized List<Row> rows(TableId table) {
        List<Row> found = new ArrayList<>();
        rows.getOrDefault(table, new TreeMap<>()).forEach((key, row) -> {
            if (row.row() != null) {
                found.add(new Row(key, row.row(), row.definition()));
            }
        });
        return found;
    }
}
