package dev.maintainer.replication;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.TableId;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A redo log: what the redo pipeline makes durable before the sink may write it, and what the log promises.
 * Thread-safe.
 */
public interface RedoStore extends AutoCloseable {
    /** {@return what the redo pipeline writes to} */
    Sink rows();

    /**
     * A new owner has been accepted. When this returns, durably, writes to {@link #rows} are held as after {@link Sink#fence}, and
     * owners before it promise nothing any more.
     *
     * @param pipeline the redo pipeline
     * @param owner the epoch of the new owner; the same one again changes nothing
     * @throws MaintainerException with {@code SINK_FENCED} if a later epoch has been accepted
     */
    void fence(ChangefeedId pipeline, MaintainerEpoch owner) throws MaintainerException;

    /**
     * Makes a promise durable; one that was made before is never taken back.
     *
     * @param wanted what to promise
     * @param owner the epoch of the owner that promises
     * @return what is promised now; empty if a later owner has been accepted, and nothing was added
     * @throws MaintainerException if it cannot be made durable
     */
    Optional<RedoMeta> persist(RedoMeta wanted, MaintainerEpoch owner) throws MaintainerException;

    /**
     * What is promised, durably, by whichever owner and process.
     *
     * @return null if nothing is yet
     * @throws MaintainerException if it cannot be read
     */
    @Nullable
    RedoMeta meta() throws MaintainerException;

    /**
     * Up to where all rows of a table are durable here, whoever has written them. Where several processes write, only
     * what was said at DDLs is known, see {@link SpanWriter#completeAtDdl}.
     *
     * @param table the table
     * @return a position; 0 if nothing was said of some of its ranges
     * @throws MaintainerException if it cannot be read
     */
    long completeTo(TableId table) throws MaintainerException;

    /** Releases its resources; what was durable remains so. */
    @Override
    void close();
}
