package dev.maintainer.api.dispatcher;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.RedoMeta;
import java.util.List;

/**
 * Receives what dispatchers tell their worker. May be called from any thread; calls only enqueue.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public interface DispatcherListener {
    /**
     * The dispatcher has received its first event (or knows that there is none) and replicates.
     *
     * @param dispatcher the dispatcher that calls
     */
    void working(DispatcherId dispatcher);

    /**
     * The dispatcher will never write again. Its {@link Dispatcher#checkpointTs()} is final.
     *
     * @param dispatcher the dispatcher that calls
     */
    void stopped(DispatcherId dispatcher);

    /**
     * The dispatcher has ended by itself. {@link #stopped} follows.
     *
     * @param dispatcher the dispatcher that calls
     * @param code the stable code of the error
     * @param message for people: what is wrong, with the offending value
     */
    void failed(DispatcherId dispatcher, ErrorCode code, String message);

    /**
     * The DDLs that the maintainer has not acknowledged, in commit order, beginning with the first. The worker repeats
     * the latest list until it is acknowledged. Of the DDLs with one commit time it has all or none, because a commit
     * time is what is acknowledged.
     *
     * @param dispatcher the DDL trigger dispatcher that calls
     * @param unacknowledged in commit order; empty if all are acknowledged
     */
    void blocked(DispatcherId dispatcher, List<BlockStatus> unacknowledged);

    /**
     * The dispatcher stands at a block event: everything before it is durable, its {@link Dispatcher#checkpointTs()} is right
     * below, and it goes on when it is told to.
     *
     * @param dispatcher the dispatcher that calls
     * @param event where it waits; in the scope of the event
     */
    default void waiting(DispatcherId dispatcher, BlockEvent event) {}

    /**
     * The dispatcher is past the event at which it waited: the event has been executed.
     *
     * @param dispatcher the dispatcher that calls
     * @param event where it waited
     */
    default void passed(DispatcherId dispatcher, BlockKey event) {}

    /**
     * The sink has not executed the block event at which the dispatcher waits, and would refuse it again: somebody has to
     * look. The dispatcher stays where it is until it is told anew what becomes of the event.
     *
     * @param dispatcher the DDL trigger dispatcher that calls
     * @param event where it waits
     * @param reason for people: what the sink says, with the statement
     */
    default void refused(DispatcherId dispatcher, BlockKey event, String reason) {}

    /**
     * The meta of the redo log that is durable now; at least what was asked for last.
     *
     * @param dispatcher the DDL trigger dispatcher of the redo pipeline
     * @param meta what is durable now
     */
    void persisted(DispatcherId dispatcher, RedoMeta meta);
}
