package dev.maintainer.dispatcher;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.RedoMeta;
import java.util.List;

/** Everything that can happen to a worker. */
public sealed interface WorkerInput {
    /**
     * A maintainer wants something. The transport vouches for {@code from}.
     *
     * @param from the node of the maintainer
     * @param command what it wants
     */
    record CommandReceived(NodeId from, WorkerCommand command) implements WorkerInput {}

    /** What a dispatcher says through its listener. Comes through the mailbox, from the dispatcher's own threads. */
    sealed interface DispatcherSignal extends WorkerInput {
        /** {@return the changefeed of the dispatcher} */
        ChangefeedId changefeed();

        /** {@return the worker state under which the dispatcher was made; signals of an earlier one are stale} */
        long incarnation();

        /** {@return who speaks} */
        DispatcherId dispatcher();
    }

    /**
     * The dispatcher replicates.
     *
     * @param changefeed the changefeed of the dispatcher
     * @param incarnation the worker state under which it was made
     * @param dispatcher who speaks
     */
    record DispatcherWorking(ChangefeedId changefeed, long incarnation, DispatcherId dispatcher)
            implements DispatcherSignal {}

    /**
     * The dispatcher will never write again.
     *
     * @param changefeed the changefeed of the dispatcher
     * @param incarnation the worker state under which it was made
     * @param dispatcher who speaks
     */
    record DispatcherStopped(ChangefeedId changefeed, long incarnation, DispatcherId dispatcher)
            implements DispatcherSignal {}

    /**
     * The dispatcher has ended by itself; {@link DispatcherStopped} follows.
     *
     * @param changefeed the changefeed of the dispatcher
     * @param incarnation the worker state under which it was made
     * @param dispatcher who speaks
     * @param code the stable code of the error
     * @param message for people: what is wrong
     */
    record DispatcherFailed(
            ChangefeedId changefeed, long incarnation, DispatcherId dispatcher, ErrorCode code, String message)
            implements DispatcherSignal {}

    /**
     * The DDLs of the trigger that nobody has acknowledged.
     *
     * @param changefeed the changefeed of the dispatcher
     * @param incarnation the worker state under which it was made
     * @param dispatcher the DDL trigger dispatcher that speaks
     * @param unacknowledged in commit order; empty if nothing is outstanding
     */
    record DispatcherBlocked(
            ChangefeedId changefeed, long incarnation, DispatcherId dispatcher, List<BlockStatus> unacknowledged)
            implements DispatcherSignal {
        /**
         * Copies the list.
         *
         * @param changefeed the changefeed of the dispatcher
         * @param incarnation the worker state under which it was made
         * @param dispatcher the DDL trigger dispatcher that speaks
         * @param unacknowledged in commit order; empty if nothing is outstanding
         */
        public DispatcherBlocked {
            unacknowledged = List.copyOf(unacknowledged);
        }
    }

    /**
     * The dispatcher stands at a block event.
     *
     * @param changefeed the changefeed of the dispatcher
     * @param incarnation the worker state under which it was made
     * @param dispatcher who speaks
     * @param event where it waits
     */
    record DispatcherWaiting(ChangefeedId changefeed, long incarnation, DispatcherId dispatcher, BlockEvent event)
            implements DispatcherSignal {}

    /**
     * The dispatcher is past a block event.
     *
     * @param changefeed the changefeed of the dispatcher
     * @param incarnation the worker state under which it was made
     * @param dispatcher who speaks
     * @param event where it waited
     */
    record DispatcherPassed(ChangefeedId changefeed, long incarnation, DispatcherId dispatcher, BlockKey event)
            implements DispatcherSignal {}

    /**
     * The sink of the DDL trigger dispatcher has refused the block event at which it waits.
     *
     * @param changefeed the changefeed of the dispatcher
     * @param incarnation the worker state under which it was made
     * @param dispatcher who speaks
     * @param event where it waits
     * @param reason what the sink says, for people
     */
    record DispatcherRefused(
            ChangefeedId changefeed, long incarnation, DispatcherId dispatcher, BlockKey event, String reason)
            implements DispatcherSignal {}

    /**
     * This much of the meta of the redo log is durable.
     *
     * @param changefeed the redo pipeline
     * @param incarnation the worker state under which the dispatcher was made
     * @param dispatcher the DDL trigger dispatcher that speaks
     * @param meta what is durable now
     */
    record RedoMetaPersisted(ChangefeedId changefeed, long incarnation, DispatcherId dispatcher, RedoMeta meta)
            implements DispatcherSignal {}

    /** This node has lost its membership: all writing ends now, and nothing is heard or said any more. */
    record SessionLost() implements WorkerInput {}

    /** The node is being stopped in order: its dispatchers stop writing now, so that it can give its lease back. */
    record NodeStopping() implements WorkerInput {}

    /** Time has passed. Comes about every 50 ms. */
    record Tick() implements WorkerInput {}
}
