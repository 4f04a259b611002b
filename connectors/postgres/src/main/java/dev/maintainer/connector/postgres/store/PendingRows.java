package dev.maintainer.connector.postgres.store;

import dev.maintainer.api.model.TableId;
import dev.maintainer.replication.event.RowEvent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rows on their way into a file, by table, in blocks. Not thread-safe. */
final class PendingRows {
    private static final int BLOCK_BYTES = 1 << 16;
    /** What a block costs in memory and in files beside its rows. */
    private static final int BLOCK_OVERHEAD = 128;

    /**
     * Rows that are read together.
     *
     * @param definitions those of the rows, by the number that the rows have for them
     */
    @SuppressWarnings("ArrayRecordComponent")
    record Block(byte[] bytes, int count, long firstTs, long lastTs, List<String> definitions) {
        @Override
        public String toString() {
            return count + " rows of " + firstTs + " to " + lastTs;
        }
    }

    private static final class OfTable {
        private final List<Block> full = new ArrayList<>(1);
        private final EventBytes bytes = new EventBytes();
        private final List<String> definitions = new ArrayList<>(1);
        private int count;
        private long firstTs;
        private long lastTs;

        int add(RowEvent row) {
            int before = bytes.size();
            try {
                EventEncoding.write(bytes, row, this::numberOf);
            } catch (IOException e) {
                throw new UncheckedIOException("memory cannot be written", e);
            }
            firstTs = count == 0 ? row.commitTs() : firstTs;
            lastTs = row.commitTs();
            count++;
            int added = bytes.size() - before;
            if (bytes.size() >= BLOCK_BYTES) {
                endBlock();
            }
            return added;
        }

        private int numberOf(String definition) {
            int known = definitions.indexOf(definition);
            if (known < 0) {
                definitions.add(definition);
                return definitions.size() - 1;
            }
            return known;
        }

        /** Takes over the rows of another one, which come behind its own. */
        void addAll(OfTable later) {
            boolean sameNumbers = definitions.equals(later.definitions);
            if (count > 0 && (!later.full.isEmpty() || !sameNumbers)) {
                endBlock();
            }
            full.addAll(later.full);
            if (later.count == 0) {
                return;
            }
            if (count == 0) {
                definitions.clear();
                definitions.addAll(later.definitions);
                firstTs = later.firstTs;
            }
            bytes.addAll(later.bytes);
            count += later.count;
            lastTs = later.lastTs;
            if (bytes.size() >= BLOCK_BYTES) {
                endBlock();
            }
        }

        private void endBlock() {
            if (count > 0) {
                full.add(new Block(bytes.copy(), count, firstTs, lastTs, List.copyOf(definitions)));
                bytes.clear();
                definitions.clear();
                count = 0;
            }
        }
    }

    private final Map<TableId, OfTable> tables = new LinkedHashMap<>();
    private long size;

    void add(RowEvent row) {
        OfTable table = tables.get(row.table());
        if (table == null) {
            table = new OfTable();
            tables.put(row.table(), table);
            size += BLOCK_OVERHEAD;
        }
        size += table.add(row);
    }

    /** Takes over all of others, which come behind its own. */
    void addAll(PendingRows later) {
        later.tables.forEach((table, rows) -> {
            OfTable own = tables.get(table);
            if (own == null) {
                tables.put(table, rows);
            } else {
                own.addAll(rows);
            }
        });
        size += later.size;
    }

    /** About how many bytes they are in a file. */
    long size() {
        return size;
    }

    boolean isEmpty() {
        return tables.isEmpty();
    }

    /** All of them; nothing is added afterwards. */
    Map<TableId, List<Block>> blocks() {
        Map<TableId, List<Block>> blocks = new LinkedHashMap<>();
        tables.forEach((table, rows) -> {
            rows.endBlock();
            blocks.put(table, rows.full);
        });
        return blocks;
    }
}
