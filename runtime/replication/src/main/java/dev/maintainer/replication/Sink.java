package dev.maintainer.replication;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.TableSpan;
import java.util.List;
import java.util.function.Supplier;

/**
 * The place where the rows of one changefeed become durable. Thread-safe; one object serves all dispatchers of the
 * process. Opened by a {@link SinkProvider}.
 *
 * <p>Replays are harmless: after a restart or a move, rows are repeated from a checkpoint, and of all writes of a key
 * the {@link dev.maintainer.replication.event.RowEvent#isLaterThan latest} counts.
 */
public interface Sink extends AutoCloseable {
    /** How a sink keeps out a writer that has been superseded and does not know it. */
    enum Fencing {
        /** What a superseded writer writes does not count, whenever it arrives. */
        FENCED,
        /** A row is written only over an older one, atomically; so a late write changes nothing. */
        CONDITIONAL,
        /** Nothing but the lease of the node: a write that was admitted before it ended cannot be revoked. */
        LEASED
    }

    /** {@return what keeps late writers out; constant} */
    Fencing fencing();

    /**
     * A new owner has been accepted. When this returns, durably, writes of nodes that have not accepted {@code epoch} or a later
     * one are held.
     *
     * @param changefeed the pipeline
     * @param epoch that of the new owner; the same one again changes nothing
     * @throws MaintainerException with {@code SINK_FENCED} if a later epoch has been accepted; nothing has changed then
     */
    void fence(ChangefeedId changefeed, MaintainerEpoch epoch) throws MaintainerException;

    /**
     * The latest epoch with which it was {@link #fence fenced}, by whichever process. Whoever begins anew with what is there
     * already has to begin with a later one.
     *
     * @return the epoch; 0 if there was none yet, or the sink does not keep it
     * @throws MaintainerException if it cannot be read
     */
    default long epoch() throws MaintainerException {
        return 0;
    }

    /**
     * Opens a writer, and seals every earlier one that wrote for the same dispatcher.
     *
     * @param span which rows; that of {@link dev.maintainer.api.model.TableId#DDL} for DDLs
     * @param dispatcher whose writer it is
     * @param created the epoch under which the dispatcher was created
     * @param accepted the epoch that the dispatcher's node has accepted, asked now and at each write
     * @return a writer that has written nothing
     * @throws MaintainerException with {@code SINK_FENCED} if the node has not accepted the sink's epoch: a late create of a
     *     former owner must not seal the writer of the present one
     */
    SpanWriter open(
            TableSpan span, DispatcherId dispatcher, MaintainerEpoch created, Supplier<MaintainerEpoch> accepted)
            throws MaintainerException;

    /**
     * Writes rows of several spans at once, so that they share what a write costs besides its rows: a commit, for one. Of all spans the
     * rows are durable then; or the writers are as if it had not been tried, and each has to write its rows by itself, which also finds
     * out what is wrong, and whether they are durable nevertheless. Called by one thread, on which no other write of these writers is in
     * progress.
     *
     * @param batches of two writers or more that this sink has opened, each once, and that {@link SpanWriter#mayShare may share}
     * @return whether all rows are durable
     */
    default boolean writeTogether(List<SpanBatch> batches) {
        return false;
    }

    /** {@return how many rows were made durable for the first time} */
    long rowsApplied();

    /** {@return how many rows were made durable although they, or a later change of their key, already were} */
    long rowsAppliedAgain();

    /**
     * Whether sync points leave something that can be read later, see {@link SpanWriter#writeSyncPoint}.
     *
     * @return constant
     */
    default boolean keepsSnapshots() {
        return false;
    }

    /**
     * Whether it can take rows of tables {@link Source#hasKey without a key}: it has to apply each change once, also where it comes
     * again, and to find rows by all of their values.
     *
     * @return constant
     */
    default boolean takesRowsWithoutKey() {
        return false;
    }

    /**
     * Whether it can take rows that are {@link dev.maintainer.replication.event.RowEvent.Op#P told in part}: what is not told stays as it
     * is, whenever and however often the row is written. Where a sink cannot, the dispatcher of such a row fails.
     *
     * @return constant
     */
    default boolean takesPartsOfRows() {
        return false;
    }

    /**
     * The changefeed is gone for good: whatever is kept for it besides its rows can be deleted.
     *
     * @param changefeed the pipeline that is gone
     */
    default void release(ChangefeedId changefeed) {}

    /** Releases its resources; what was durable remains so. */
    @Override
    void close();
}
