package dev.maintainer.replication.stream;

import dev.maintainer.api.dispatcher.DispatcherListener;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.WriteLease;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SpanBatch;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.RowEvent;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams the rows of one span from the source to the sink, in commit order. At a block event it stops when everything
 * before is durable, and goes on when it is told to.
 */
final class RowDispatcher extends PollingDispatcher {
    private static final Logger LOG = LoggerFactory.getLogger(RowDispatcher.class);

    private static final long RUNNING = -1;
    private static final long PROGRESS_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final Source source;
    private final Sink sink;
    private final RowReader reader;
    private final BlockReader blocks;
    /** Those at which a redo log is told that everything before is there; nobody waits at them. */
    private final BlockReader ddls;

    private final WrittenWork.OfNode written;
    /** Read and not durable yet. */
    private List<RowEvent> batch = List.of();
    /** What became of the batch when it was written with those of others; null if that is not known, or it was not. */
    private @Nullable WriteResult together;
    /** The batch could not be written with those of others. */
    private boolean isAlone;
    /**
     * The commit position of the first row that is read, or being read, and not durable; {@link RowReader#NONE} if
     * there is none.
     */
    private volatile long pendingTs = RowReader.NONE;

    /** The commit position of the block event that was read, or is being read, and not passed. */
    private volatile long blockedTs = RowReader.NONE;
    /** Where it waits. */
    private volatile @Nullable BlockKey waitingAt;
    /** The event that it was told to pass. */
    private volatile @Nullable BlockKey passing;

    /** What was durable when it ended: its readers show nothing that comes later, and the source goes on. */
    private final AtomicLong lastCheckpointTs = new AtomicLong(RUNNING);

    /** The position of the last DDL of the table up to which everything is durable, as the redo log was told. */
    private long ddlTold;
    /** The position of the one that is being told. */
    private volatile long tellingTs = RowReader.NONE;

    private String progress = "";
    private long progressTold = System.nanoTime() - PROGRESS_NANOS;

    RowDispatcher(
            DispatcherSpec spec,
            DispatcherListener listener,
            Sink sink,
            SpanWriter writer,
            WriteLease lease,
            TurnQueue turns,
            Source source,
            WrittenWork.OfNode written) {
        super(spec, listener, writer, lease, turns);
        this.source = source;
        this.sink = sink;
        this.written = written;
        boolean rowsAreDurable = spec.partial() != PartialCommit.NONE;
        long startTs = rowsAreDurable ? spec.startTs() + 1 : spec.startTs();
        this.reader = source.rows(spec.span(), startTs, writer::completeParts, this::wake);
        this.blocks = blocks(source, spec.startTs(), reader::close);
        this.ddls = ddls(source, reader::close);
    }

    private BlockReader ddls(Source source, Runnable opened) {
        if (!spec.changefeed().isRedo()) {
            return BlockReader.NONE;
        }
        try {
            return source.blocks(spec.span(), spec.startTs(), spec.partial(), this::wake);
        } catch (RuntimeException e) {
            opened.run();
            throw e;
        }
    }

    /**
     * Of a table that is idle it rises with the source, without a turn. What is resolved is asked first: what was committed up
     * to it, the reader shows.
     */
    @Override
    public long checkpointTs() {
        long present = presentCheckpointTs();
        // In this order: the readers of one that ends are closed only when its last checkpoint is known.
        long last = lastCheckpointTs.get();
        return last == RUNNING ? present : last;
    }

    private long presentCheckpointTs() {
        return Math.max(spec.startTs(), Math.min(durableTs(), untoldTs() - 1));
    }

    private long durableTs() {
        long resolved = writable(source.resolvedTs());
        return Math.max(spec.startTs(), Math.min(resolved, Math.min(undurableTs(), blockTs()) - 1));
    }

    /** The reader is asked first: what it has given meanwhile is being waited at. */
    private long blockTs() {
        long unread = blocks.nextTs();
        return Math.min(unread, blockedTs);
    }

    @Override
    public void resolve(BlockKey event, BarrierAction action) {
        if (action == BarrierAction.PASS && event.equals(waitingAt)) {
            passing = event;
            wake();
        }
    }

    /** The reader is asked first: what it has given meanwhile is being told. */
    private long untoldTs() {
        long unread = ddls.nextTs();
        return Math.min(unread, tellingTs);
    }

    /** The reader is asked first: what it has given meanwhile is pending. */
    private long undurableTs() {
        long unread = reader.nextTs();
        return Math.min(unread, pendingTs);
    }

    @Override
    public long resolvedTs() {
        return Math.max(spec.startTs(), source.resolvedTs());
    }

    /**
     * What it has given to a group was written, or was not.
     *
     * @param result null if it has to write by itself
     */
    void goOn(@Nullable WriteResult result) {
        learn(result);
        if (result == null) {
            askNext();
        } else {
            takeTurns(GroupCommit.CLOSED);
        }
    }

    /** Nobody else has joined the group. */
    void goOnAlone() {
        learn(null);
        takeTurns(GroupCommit.CLOSED);
    }

    /** As {@link #goOn}, and it takes no turn until it asks for one. */
    void putOff(@Nullable WriteResult result) {
        learn(result);
        forgetTurns();
    }

    private void learn(@Nullable WriteResult result) {
        together = result;
        isAlone = result == null;
    }

    @Override
    boolean isAmidTurn() {
        return together != null;
    }

    @Override
    long turn(GroupCommit group) {
        BlockKey waits = waitingAt;
        if (waits != null && !waits.equals(passing)) {
            return NEVER;
        }
        if (waits != null) {
            waitingAt = null;
            blockedTs = RowReader.NONE;
            listener.passed(spec.dispatcher(), waits);
        }
        // The rows of the time of an event come before it.
        long resolved = Math.min(writable(source.resolvedTs()), blocks.nextTs());
        if (batch.isEmpty()) {
            pendingTs = reader.nextTs();
            batch = reader.poll(reader.batchRows(), resolved);
        }
        boolean hasRows = !batch.isEmpty();
        if (hasRows) {
            WriteResult result = together;
            together = null;
            if (result == null) {
                if (!isAlone && group.join(this, sink, new SpanBatch(writer, batch))) {
                    return JOINED;
                }
                // Nobody who has joined waits for this one.
                group.commit();
                result = whileLeased(() -> writer.write(batch));
            }
            // What was perhaps written already its writer has to know again.
            isAlone = result == WriteResult.HELD;
            if (result != WriteResult.DURABLE) {
                return result == WriteResult.HELD ? SOON : SEALED;
            }
            written.add(batch);
            batch = List.of();
            reader.completePart().ifPresent(writer::complete);
        }
        pendingTs = RowReader.NONE;
        tellProgress();
        tellDdls(durableTs());
        long next = reader.nextTs();
        long checkpoint = checkpointTs();
        writer.complete(checkpoint);
        if (next <= resolved) {
            // A source that copies what is there does so elsewhere.
            return hasRows ? NOW : SOON;
        }
        if (blocks.nextTs() <= resolved) {
            return block(resolved);
        }
        next = Math.min(next, Math.min(blocks.nextTs(), ddls.nextTs()));
        return reader.endTs() > checkpoint ? Math.min(next, reader.endTs()) : next;
    }

    /**
     * Before a table goes, whoever keeps a redo log wants to know that nothing of it is missing. The checkpoint does not pass a DDL before
     * that, or a successor would begin behind it and have nothing to tell.
     */
    private void tellDdls(long durable) {
        while (ddls.nextTs() <= durable) {
            tellingTs = ddls.nextTs();
            BlockEvent event = ddls.poll(durable);
            if (event != null && event.key().kind() == BlockKind.DDL) {
                tellDdl(event.key().commitTs());
            }
            tellingTs = RowReader.NONE;
            if (event == null) {
                break;
            }
        }
        if (reader.endTs() <= durable) {
            tellDdl(reader.endTs());
        }
    }

    private void tellDdl(long ts) {
        if (ts > ddlTold) {
            writer.completeAtDdl(ts);
            ddlTold = ts;
        }
    }

    /** Comes to the next event: all rows up to it are durable. */
    private long block(long resolved) {
        blockedTs = blocks.nextTs();
        BlockEvent event = blocks.poll(resolved);
        if (event == null) {
            blockedTs = RowReader.NONE;
            return NOW;
        }
        blockedTs = event.key().commitTs();
        waitingAt = event.key();
        listener.waiting(spec.dispatcher(), event);
        return NEVER;
    }

    /** Of a source that copies before it follows, people want to know how far that is; not more often than they can read. */
    private void tellProgress() {
        String text = reader.progress();
        if (!text.equals(progress) && System.nanoTime() - progressTold >= PROGRESS_NANOS) {
            progress = text;
            progressTold = System.nanoTime();
            LOG.info("dispatcher {} of {}: {}", spec.dispatcher(), spec.span(), text.isEmpty() ? "follows" : text);
        }
    }

    @Override
    void ended() {
        // Whoever comes second may see readers that are closed: what the first one has seen stays.
        lastCheckpointTs.compareAndSet(RUNNING, presentCheckpointTs());
        reader.close();
        blocks.close();
        ddls.close();
    }
}
