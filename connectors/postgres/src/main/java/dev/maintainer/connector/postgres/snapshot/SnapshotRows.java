package dev.maintainer.connector.postgres.snapshot;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.KeyRange;
import dev.maintainer.connector.postgres.catalog.RowValues;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.catalog.TableImage;
import dev.maintainer.connector.postgres.ddl.SourceNumbers;
import dev.maintainer.connector.postgres.reader.SourceFailures;
import dev.maintainer.connector.postgres.reader.WalMark;
import dev.maintainer.replication.CompletePart;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.RowEvent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rows that a span has, and what was committed since the source began. All changes since then come, also those that the copy
 * has seen: whoever writes them one after the other has in the end what the last one says, whatever the copy was, and also if a
 * copy before was broken off. Up to the end of that window the position stays at the beginning, so that whoever goes on elsewhere
 * copies again.
 *
 * <p>A change in the window that leaves out a value of its row is completed: the row may be gone from the copy, because it was
 * deleted behind it. If it is gone from the table as well, its deletion comes, and the change is left out unless it makes the row.
 */
final class SnapshotRows extends CopiedRows {
    private static final Logger LOG = LoggerFactory.getLogger(SnapshotRows.class);

    private static final int PERCENT = 100;
    private static final int MOST_PERCENT = 99;

    private static final String ESTIMATE = "select reltuples::bigint from pg_class where oid = ?";

    private final TableReads reads;
    private final TableSpan span;
    private final CopyWindows windows;
    /** They have to end before anything is read; of the threads of the copies, one after the other. */
    private TableWriters writers;

    /**
     * What was read and not taken.
     *
     * @param end everything before it was returned when all of these rows were
     */
    private record Copied(TableReads.Chunk chunk, SpanBound end) {}

    // Under the lock of this object, from here on.
    private final CopyCourse course;
    private final Deque<Copied> copied = new ArrayDeque<>();
    /** Everything before it was taken, or is in the sink. */
    private SpanBound takenTo;

    private int nextRows;
    private long estimate = -1;
    private boolean isCopy = true;
    /** Where the window ends: {@link RowReader#NONE} while the copy is not complete. */
    private long windowTs = NONE;

    /** It was not looked up yet where the window of somebody else ends. Of the thread that polls. */
    private boolean endIsUnknown;

    /** The position rises with the stream. */
    private volatile boolean released;
    /** Taken from the stream, and not completed. */
    private volatile List<RowEvent> held = List.of();

    /** The definition of rows that came last, and what reads rows that look so; of the thread that polls. */
    private @Nullable String followed;

    private TableReads following;

    SnapshotRows(
            TableCopies copies,
            SourceTable table,
            TableSpan span,
            List<TableSpan> there,
            long startTs,
            RowReader later,
            TableCopies.Stream stream,
            CopyWindows windows,
            Runnable available) {
        super(copies, table, startTs, later, stream, available);
        this.course = new CopyCourse(span, there);
        this.takenTo = course.readTo();
        this.nextRows = copies.chunk().firstRows();
        this.windows = windows;
        this.reads = new TableReads(table);
        this.writers = TableWriters.of(table, false);
        this.following = reads;
        this.span = span;
    }

    synchronized void begin(boolean awaitsWriters) {
        writers = TableWriters.of(table, awaitsWriters);
        readOn(0);
    }

    /** Nothing is copied: somebody else has done that, and was perhaps within the window. */
    synchronized void goOn() {
        isCopy = false;
        endIsUnknown = true;
        follows = true;
        released = true;
    }

    // ---- on threads of the copies
    // ------------------------------------------------------------------------------------

    @Override
    boolean readChunk() throws SQLException {
        @Nullable TableSpan part;
        @Nullable List<String> after;
        int rows;
        synchronized (this) {
            if (ended) {
                return false;
            }
            part = course.isRead() ? null : course.part();
            after = course.lastKey();
            rows = nextRows;
        }
        if (!writers.haveEnded(copies)) {
            synchronized (this) {
                readOn(RETRY_MILLIS);
            }
            return false;
        }
        if (part == null) {
            end(copies.call(WalMark::write));
        } else {
            TableSpan present = part;
            accept(copies.call(connection -> {
                estimate(connection);
                ChunkSize size = copies.chunk();
                return reads.chunk(
                        connection,
                        present,
                        after,
                        startTs + 1,
                        rows,
                        copies.isFull() ? size.smallBytes() : size.bytes());
            }));
        }
        return true;
    }

    @Override
    String what() {
        return span.toString();
    }

    /** How many rows are read in all; of a part of a table that is not told. */
    private void estimate(Connection connection) throws SQLException {
        synchronized (this) {
            if (estimate >= 0 || !span.isWhole() || !span.equals(course.part())) {
                return;
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(ESTIMATE)) {
            statement.setLong(1, SourceNumbers.oid(table.info().table()));
            try (ResultSet result = statement.executeQuery()) {
                long rows = result.next() ? Math.max(0, result.getLong(1)) : 0;
                synchronized (this) {
                    estimate = rows;
                }
            }
        }
    }

    private synchronized void end(long windowEnd) {
        reading = false;
        windowTs = windowEnd;
    }

    private synchronized void accept(TableReads.Chunk chunk) {
        reading = false;
        rowsRead += chunk.read();
        copies.read(chunk.read());
        List<String> last = chunk.lastKey();
        if (chunk.isLast() || last == null) {
            course.partEnds();
        } else {
            course.read(last);
        }
        boolean tellsMore = !chunk.rows().isEmpty() || course.lastKey() == null;
        if (tellsMore && !ended) {
            copied.addLast(new Copied(chunk, course.readTo()));
            copies.buffered(chunk.bytes());
        }
        if (course.isRead()) {
            readOn(0);
            return;
        }
        nextRows = copies.chunk().rows(chunk.read(), chunk.bytes());
        if (hasRoomBeside(copied.size())) {
            readOn(0);
        }
    }

    @Override
    void failed(SQLException e) {
        if (hasOtherShape(e)) {
            LOG.debug(
                    "table {} has changed while it was read, and is read again",
                    table.info().name(),
                    e);
            synchronized (this) {
                readOn(RETRY_MILLIS);
            }
            return;
        }
        MaintainerException problem =
                SourceFailures.unavailable("table " + table.info().name() + " cannot be copied", e);
        if (problem.code() != ErrorCode.SOURCE_UNAVAILABLE) {
            fail(problem);
            return;
        }
        LOG.warn("{}", problem.getMessage());
        synchronized (this) {
            readOn(RETRY_MILLIS);
        }
    }

    // ---- the reader
    // --------------------------------------------------------------------------------------------------

    @Override
    public List<RowEvent> poll(int max, long upToTs) {
        stream.check();
        if (!follows) {
            List<RowEvent> rows = startTs < upToTs ? take(max) : List.of();
            if (!follows) {
                return rows;
            }
        }
        return follow(Math.min(max, later.batchRows()), upToTs);
    }

    private synchronized List<RowEvent> take(int max) {
        requireUnbroken();
        Copied first = copied.peekFirst();
        while (first != null && first.chunk().rows().isEmpty()) {
            drop(first);
            first = copied.peekFirst();
        }
        if (first == null) {
            follows = windowTs != NONE;
            return List.of();
        }
        TableReads.Chunk chunk = first.chunk();
        int to = Math.min(chunk.rows().size(), taken + max);
        List<RowEvent> rows = List.copyOf(chunk.rows().subList(taken, to));
        taken = to;
        if (chunk.isOrdered()) {
            takenTo = KeyRange.behind(rows.get(rows.size() - 1).position());
        }
        if (to == chunk.rows().size()) {
            drop(first);
        }
        return rows;
    }

    private void drop(Copied first) {
        copied.removeFirst();
        copies.buffered(-first.chunk().bytes());
        taken = 0;
        if (first.end().compareTo(takenTo) > 0) {
            takenTo = first.end();
        }
        if (!reading && windowTs == NONE) {
            readOn(0);
        }
    }

    /** Whoever copies nothing begins anywhere, and right behind that there may be changes. */
    @Override
    public synchronized Optional<CompletePart> completePart() {
        return !isCopy || takenTo.compareTo(span.start()) <= 0
                ? Optional.empty()
                : Optional.of(new CompletePart(new TableSpan(span.table(), span.start(), takenTo), startTs + 1));
    }

    private List<RowEvent> follow(int max, long upToTs) {
        List<RowEvent> events = held.isEmpty() ? later.poll(max, upToTs) : held;
        if (events.isEmpty()) {
            if (!released && upToTs < windowEnd() && upToTs < stream.resolvedTs() && later.nextTs() > upToTs) {
                releaseAtDdl();
            }
            return events;
        }
        held = events;
        try {
            findWindowEnd();
            if (events.get(0).commitTs() > windowEnd()) {
                held = List.of();
                return events;
            }
            List<RowEvent> completed = new ArrayList<>(events.size());
            for (RowEvent event : events) {
                RowEvent whole = completed(event);
                if (whole != null) {
                    completed.add(whole);
                }
            }
            held = List.of();
            return completed;
        } catch (SQLException e) {
            LOG.warn("rows of {} cannot be read, which is tried again: {}", span, e.getMessage());
            return List.of();
        }
    }

    private void findWindowEnd() throws SQLException {
        if (!endIsUnknown) {
            return;
        }
        try {
            long end = windows.endTs(span.table());
            synchronized (this) {
                windowTs = end;
            }
            endIsUnknown = false;
        } catch (MaintainerException e) {
            throw new SQLException(e.getMessage(), e);
        }
    }

    /** Nobody goes beyond a DDL before all others have come to it: the position has to rise, and the window goes on behind it. */
    private void releaseAtDdl() {
        try {
            windows.keep(span.table(), windowEnd());
            released = true;
        } catch (MaintainerException e) {
            LOG.warn("{} waits at a DDL: {}", span, e.getMessage());
        }
    }

    private synchronized long windowEnd() {
        return windowTs;
    }

    private @Nullable RowEvent completed(RowEvent event) throws SQLException {
        if (event.op() == RowEvent.Op.D || event.commitTs() > windowEnd()) {
            return event;
        }
        TableReads fitting = readsOf(event);
        RowValues values = fitting.format().values(event);
        if (values.isComplete()) {
            return event;
        }
        Optional<RowValues> present = copies.call(connection -> fitting.row(connection, values));
        if (present.isEmpty()) {
            // A new row has to be there for whatever changes it before it goes; what it does not tell has a default.
            return event.op() == RowEvent.Op.I ? event : null;
        }
        RowValues filled = values.filledFrom(present.get());
        // Of a column that was dropped since nobody knows the value: the row is made without it, if it is not there.
        return new RowEvent(
                event.commitTs(),
                event.number(),
                event.table(),
                !filled.isComplete() ? RowEvent.Op.I : event.op() == RowEvent.Op.P ? RowEvent.Op.U : event.op(),
                fitting.format().content(filled, true),
                event.definition());
    }

    /** What comes behind a DDL looks otherwise than what was copied. */
    private TableReads readsOf(RowEvent event) {
        String definition = event.definition();
        if (definition == null || definition.equals(followed)) {
            return following;
        }
        followed = definition;
        following = definition.equals(reads.format().image().json())
                ? reads
                : new TableReads(new SourceTable(table.info(), TableImage.parse(definition), List.of()));
        return following;
    }

    @Override
    public long nextTs() {
        if (!released && !(follows && isThrough())) {
            return startTs + 1;
        }
        released = true;
        List<RowEvent> unfinished = held;
        return unfinished.isEmpty() ? later.nextTs() : unfinished.get(0).commitTs();
    }

    /** If there is no room for the rest of the window, it comes only when what was read counts. */
    private boolean isThrough() {
        long resolved = stream.resolvedTs();
        boolean isFull = stream.isFull();
        long next = later.nextTs();
        return held.isEmpty() && (resolved >= windowEnd() ? next > windowEnd() : isFull && next > resolved);
    }

    @Override
    public synchronized String progress() {
        if (released) {
            return "";
        }
        if (follows) {
            return "copied, reads what was committed meanwhile";
        }
        return estimate <= 0
                ? "copying, " + rowsRead + " rows"
                : "copying, " + Math.min(MOST_PERCENT, PERCENT * rowsRead / estimate) + " %";
    }

    @Override
    void dropUntaken() {
        copied.forEach(each -> copies.buffered(-each.chunk().bytes()));
        copied.clear();
    }
}
