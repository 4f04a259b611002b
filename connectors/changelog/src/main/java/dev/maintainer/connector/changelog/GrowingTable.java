package dev.maintainer.connector.changelog;

import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.Bisection;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.file.RowBlock;
import dev.maintainer.replication.file.Spool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A table while its log is read. Its rows are in blocks, and behind them, in memory, in a tail. A position is the number of a
 * block and that of a row in it; the tail has the number of the block that it will be, so a position stays what it is when the
 * tail is put aside. Not thread-safe.
 */
final class GrowingTable {
    private static final int BLOCK_ROWS = 256;
    private static final int BLOCK_BYTES = 1 << 16;

    private final TableId id;
    private final List<LoggedTable.Version> versions = new ArrayList<>(1);
    private final long createdTs;
    private long droppedTs = Long.MAX_VALUE;
    /** That of the rows after {@code definedTs}, and that of the rows up to it. */
    private @Nullable String definition;

    private @Nullable String formerDefinition;
    private long definedTs;
    private final List<RowBlock> blocks = new ArrayList<>();
    /** How many blocks are forgotten, and up to when. */
    private int forgotten;

    private long forgottenTs;
    /** Not set aside yet. */
    private final List<RowEvent> tail = new ArrayList<>();

    private int tailBytes;
    private boolean touched;

    GrowingTable(TableId id, SchemaId schema, TableName name, long createdTs) {
        this.id = id;
        this.createdTs = createdTs;
        rename(createdTs, schema, name);
    }

    TableId id() {
        return id;
    }

    long createdTs() {
        return createdTs;
    }

    /** {@link Long#MAX_VALUE} while it is there. */
    long droppedTs() {
        return droppedTs;
    }

    void drop(long ts) {
        droppedTs = ts;
    }

    void rename(long ts, SchemaId schema, TableName name) {
        LoggedTable.Version last = versions.isEmpty() ? null : versions.get(versions.size() - 1);
        if (last != null && last.sinceTs() == ts) {
            versions.remove(versions.size() - 1);
        }
        versions.add(new LoggedTable.Version(ts, new TableInfo(id, schema, name, true)));
    }

    void define(long ts, @Nullable String text) {
        if (ts > definedTs) {
            formerDefinition = definition;
            definedTs = ts;
        }
        definition = text;
    }

    @Nullable
    String definition() {
        return definition;
    }

    /** Rows of a transaction come before its DDLs, in whatever order they are logged. */
    @Nullable
    String definitionAt(long ts) {
        return ts > definedTs ? definition : formerDefinition;
    }

    TableInfo info() {
        return versions.get(versions.size() - 1).info();
    }

    /** The table with the rows that were put aside. */
    LoggedTable logged(BlockCache cache) {
        return new LoggedTable(id, versions, createdTs, droppedTs, new LoggedRows(cache, blocks));
    }

    /** Whether this is the first change since {@link #untouch}. */
    boolean touch() {
        boolean first = !touched;
        touched = true;
        return first;
    }

    void untouch() {
        touched = false;
    }

    /** Another row; or, instead of one of the same transaction in the tail, the last change of its key. */
    void add(RowEvent event, @Nullable Integer instead) {
        if (instead == null) {
            tail.add(event);
        } else {
            // A transaction takes effect at once, so of one key only the last change can ever be seen.
            tail.set(instead, event);
        }
        tailBytes += event.size();
    }

    boolean isFull() {
        return tail.size() >= BLOCK_ROWS || tailBytes >= BLOCK_BYTES;
    }

    /** When the last row of the tail was committed; 0 if it has none. */
    long lastTs() {
        return tail.isEmpty() ? 0 : tail.get(tail.size() - 1).commitTs();
    }

    List<RowEvent> tail() {
        return tail;
    }

    /** Makes the tail a block; says how many bytes it was. */
    int putAside(Spool spool) throws IOException {
        if (tail.isEmpty()) {
            return 0;
        }
        blocks.add(RowBlock.write(spool, tail));
        int bytes = tailBytes;
        tail.clear();
        tailBytes = 0;
        return bytes;
    }

    /** The rows that were committed up to {@code ts} were never read. */
    void beginAfter(long ts) {
        forgottenTs = ts;
    }

    /** Forgets blocks of which nothing was committed after {@code ts}. */
    void forgetUpTo(long ts, Spool spool) {
        int gone = 0;
        while (gone < blocks.size() && blocks.get(gone).lastTs() <= ts) {
            RowBlock block = blocks.get(gone++);
            forgottenTs = block.lastTs();
            block.release(spool);
        }
        blocks.subList(0, gone).clear();
        forgotten += gone;
    }

    /** Up to when rows are forgotten, or were never read; 0 if none are. */
    long forgottenTs() {
        return forgottenTs;
    }

    /** The first block with a row after {@code ts}; that of the tail if there is none. */
    int blockAfter(long ts) {
        return forgotten
                + Bisection.first(0, blocks.size(), index -> blocks.get(index).lastTs() > ts);
    }

    /** The first block that is not forgotten; that of the tail if all are. */
    int firstBlock() {
        return forgotten;
    }

    /** A block; null if it is the tail. */
    @Nullable
    RowBlock block(int block) {
        int index = block - forgotten;
        return index < blocks.size() ? blocks.get(index) : null;
    }

    /** When the first row was committed that follows all before a position of which the row is in the tail or a first one. */
    long tsAt(int block, int row) {
        RowBlock stored = block(block);
        if (stored == null) {
            return row < tail.size() ? tail.get(row).commitTs() : RowReader.NONE;
        }
        return row < stored.count() ? stored.firstTs() : tsAt(block + 1, 0);
    }

    boolean existsAt(long ts) {
        return createdTs <= ts && ts < droppedTs;
    }

    /** The table as it is called at {@code ts}; it exists then. */
    TableInfo infoAt(long ts) {
        return LoggedTable.infoAt(versions, ts);
    }
}
