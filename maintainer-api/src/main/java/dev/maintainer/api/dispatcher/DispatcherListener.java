package dev.maintainer.api.dispatcher;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.RedoMeta;
import java.util.List;

/** How dispatchers talk to their worker. May be called from any thread; calls only enqueue. */
public interface DispatcherListener {
    /** The dispatcher has received its first event (or knows that there is none) and replicates. */
    void working(DispatcherId dispatcher);

    /** The dispatcher will never write again. Its {@link Dispatcher#checkpointTs()} is final. */
    void stopped(DispatcherId dispatcher);

    /** The dispatcher has ended by itself. {@link #stopped} follows. */
    void failed(DispatcherId dispatcher, ErrorCode code, String message);

    /**
     * The DDLs that the maintainer has not acknowledged, in commit order, beginning with the first. The worker repeats
     * the latest list until it is acknowledged. Of the DDLs with one commit time it has all or none, because a commit time
     * is what is acknowledged.
     */
    void blocked(DispatcherId dispatcher, List<BlockStatus> unacknowledged);

    /** The meta of the redo log that is durable now; at least what was asked for last. */
    void persisted(DispatcherId dispatcher, RedoMeta meta);
}
