package dev.maintainer.replication;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.TableId;
import org.jspecify.annotations.Nullable;

/**
 * A redo log: what the redo pipeline makes durable before the sink may write it, and what the log promises.
 * Thread-safe.
 */
public interface RedoStore {
    /** {@return what the redo pipeline writes to} */
    Sink rows();

    /**
     * Makes a promise durable; one that was made before is never taken back.
     *
     * @param wanted what to promise
     * @return what is promised now
     * @throws MaintainerException if it cannot be made durable
     */
    RedoMeta persist(RedoMeta wanted) throws MaintainerException;

    /** {@return what is promised, durably; null if nothing is yet} */
    @Nullable
    RedoMeta meta();

    /** {@return all rows of a table up to this position are durable here; 0 if that was not said of all its ranges} */
    long completeTo(TableId table);
}
