package dev.maintainer.api.message;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.BlockStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.api.model.WorkerError;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message from a worker to a maintainer. Carries the epoch of the owner that it is meant for.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public sealed interface WorkerReport extends Message {
    /** {@return the changefeed that the report is about} */
    ChangefeedId changefeed();

    /** {@return the ownership under which the worker made the report} */
    MaintainerEpoch epoch();

    /**
     * Answer to {@link WorkerCommand.Bootstrap}: everything that runs here, taken after the owner changed and before
     * any later command of the new owner.
     *
     * @param changefeed the pipeline that the report is about
     * @param epoch that of the owner that has asked
     * @param incarnation identity of the worker's state for this changefeed; sequences of different incarnations do not
     *     compare
     * @param triggerStartTs where the DDL trigger dispatcher of this node really starts; a TSO, 0 if there is none here
     * @param dispatchers all that run here
     * @param journal the requests that the worker has accepted and not finished
     * @param merges those that have started and may still be given up: the sources are among the dispatchers
     */
    record BootstrapSnapshot(
            ChangefeedId changefeed,
            MaintainerEpoch epoch,
            long incarnation,
            long triggerStartTs,
            List<DispatcherSnapshot> dispatchers,
            List<JournalEntry> journal,
            List<MergeInProgress> merges)
            implements WorkerReport {
        /**
         * Copies the lists.
         *
         * @param changefeed the pipeline that the report is about
         * @param epoch that of the owner that has asked
         * @param incarnation identity of the worker's state for this changefeed; sequences of different incarnations do
         *     not compare
         * @param triggerStartTs where the DDL trigger dispatcher of this node really starts; a TSO, 0 if there is none
         *     here
         * @param dispatchers all that run here
         * @param journal the requests that the worker has accepted and not finished
         * @param merges those that have started and may still be given up: the sources are among the dispatchers
         */
        public BootstrapSnapshot {
            dispatchers = List.copyOf(dispatchers);
            journal = List.copyOf(journal);
            merges = List.copyOf(merges);
        }

        /**
         * Creates one without merges.
         *
         * @param changefeed the pipeline that the report is about
         * @param epoch that of the owner that has asked
         * @param incarnation identity of the worker's state for this changefeed; sequences of different incarnations do
         *     not compare
         * @param triggerStartTs where the DDL trigger dispatcher of this node really starts; a TSO, 0 if there is none
         *     here
         * @param dispatchers all that run here
         * @param journal the requests that the worker has accepted and not finished
         */
        public BootstrapSnapshot(
                ChangefeedId changefeed,
                MaintainerEpoch epoch,
                long incarnation,
                long triggerStartTs,
                List<DispatcherSnapshot> dispatchers,
                List<JournalEntry> journal) {
            this(changefeed, epoch, incarnation, triggerStartTs, dispatchers, journal, List.of());
        }
    }

    /**
     * The worker could not accept the new owner, or not completely. The maintainer asks again.
     *
     * @param changefeed the pipeline that the report is about
     * @param epoch that of the owner that has asked
     * @param error what prevented it
     */
    record BootstrapFailed(ChangefeedId changefeed, MaintainerEpoch epoch, WorkerError error) implements WorkerReport {}

    /**
     * Answer to {@link WorkerCommand.PostBootstrap}; without an error the trigger has started.
     *
     * @param changefeed the pipeline that the report is about
     * @param epoch that of the owner that has asked
     * @param trigger the DDL trigger dispatcher that the command named
     * @param error why it has not started; null if it has
     */
    record PostBootstrapDone(
            ChangefeedId changefeed,
            MaintainerEpoch epoch,
            DispatcherId trigger,
            @Nullable WorkerError error) implements WorkerReport {}

    /**
     * Progress.
     *
     * @param changefeed the pipeline that the report is about
     * @param epoch the ownership under which the report is made
     * @param incarnation identity of the worker's state for this changefeed, as in {@link BootstrapSnapshot}
     * @param executed the highest number of the owner's requests that the worker has executed; 0 if none: what it says
     *     about a dispatcher is older than any request with a higher number
     * @param watermark null if the node runs no dispatcher that counts
     * @param statuses those that changed, or, if {@code complete}, all; and those of dispatchers that ended without
     *     being asked, repeated until the owner removes them, while the watermark does not pass them
     * @param complete whether {@code statuses} has all dispatchers
     * @param errors what is wrong on this node, reported at once and repeated while it lasts; an empty list does not
     *     mean that nothing is wrong
     */
    record Heartbeat(
            ChangefeedId changefeed,
            MaintainerEpoch epoch,
            long incarnation,
            long executed,
            @Nullable Watermark watermark,
            List<DispatcherStatus> statuses,
            boolean complete,
            List<WorkerError> errors)
            implements WorkerReport {
        /**
         * Copies the lists.
         *
         * @param changefeed the pipeline that the report is about
         * @param epoch the ownership under which the report is made
         * @param incarnation identity of the worker's state for this changefeed, as in {@link BootstrapSnapshot}
         * @param executed the highest number of the owner's requests that the worker has executed; 0 if none: what it
         *     says about a dispatcher is older than any request with a higher number
         * @param watermark null if the node runs no dispatcher that counts
         * @param statuses those that changed, or, if {@code complete}, all; and those of dispatchers that ended without
         *     being asked, repeated until the owner removes them, while the watermark does not pass them
         * @param complete whether {@code statuses} has all dispatchers
         * @param errors what is wrong on this node, reported at once and repeated while it lasts; an empty list does
         *     not mean that nothing is wrong
         */
        public Heartbeat {
            statuses = List.copyOf(statuses);
            errors = List.copyOf(errors);
        }
    }

    /**
     * DDLs, in commit order, beginning with the first that was not acknowledged. Repeated until acknowledged.
     *
     * @param changefeed the pipeline that the report is about
     * @param epoch the ownership under which the report is made
     * @param incarnation identity of the worker's state for this changefeed, as in {@link BootstrapSnapshot}
     * @param statuses in commit order; those with one commit time are all there or none is
     */
    record BlockStatusReport(
            ChangefeedId changefeed, MaintainerEpoch epoch, long incarnation, List<BlockStatus> statuses)
            implements WorkerReport {
        /**
         * Copies the list.
         *
         * @param changefeed the pipeline that the report is about
         * @param epoch the ownership under which the report is made
         * @param incarnation identity of the worker's state for this changefeed, as in {@link BootstrapSnapshot}
         * @param statuses in commit order; those with one commit time are all there or none is
         */
        public BlockStatusReport {
            statuses = List.copyOf(statuses);
        }
    }

    /**
     * Where dispatchers are at block events. A node reports in order: a report with a number that is not higher than one
     * that was taken in is an old one. What is not acknowledged is repeated under a new number.
     *
     * @param changefeed the pipeline that the report is about
     * @param epoch the ownership under which the report is made
     * @param incarnation identity of the worker's state for this changefeed, as in {@link BootstrapSnapshot}
     * @param executed as in {@link Heartbeat}
     * @param sequence the number of the report within the incarnation, from 1
     * @param progress what has changed, or was not acknowledged
     */
    record BarrierReport(
            ChangefeedId changefeed,
            MaintainerEpoch epoch,
            long incarnation,
            long executed,
            long sequence,
            List<BarrierProgress> progress)
            implements WorkerReport {
        /**
         * Copies the list.
         *
         * @param changefeed the pipeline that the report is about
         * @param epoch the ownership under which the report is made
         * @param incarnation identity of the worker's state for this changefeed, as in {@link BootstrapSnapshot}
         * @param executed as in {@link Heartbeat}
         * @param sequence the number of the report within the incarnation, from 1
         * @param progress what has changed, or was not acknowledged
         */
        public BarrierReport {
            progress = List.copyOf(progress);
        }
    }

    /**
     * Answer to {@link WorkerCommand.PersistRedoMeta}.
     *
     * @param changefeed the redo pipeline
     * @param epoch the ownership under which the report is made
     * @param trigger the DDL trigger dispatcher of that pipeline
     * @param meta what is durable now
     */
    record RedoMetaPersisted(ChangefeedId changefeed, MaintainerEpoch epoch, DispatcherId trigger, RedoMeta meta)
            implements WorkerReport {}

    /**
     * Answer to {@link WorkerCommand.CloseChangefeed}.
     *
     * @param changefeed the pipeline that was to be closed
     * @param epoch that of the owner that has asked
     * @param outcome the progress of the close
     */
    record CloseDone(ChangefeedId changefeed, MaintainerEpoch epoch, CloseOutcome outcome) implements WorkerReport {}

    /** The progress of a close. "Refused" is not "closed": dispatchers continue under a newer owner. */
    enum CloseOutcome {
        /** Nothing of the changefeed runs here. */
        CLOSED,
        /** Dispatchers are ending; ask again. */
        CLOSING,
        /** A newer owner exists; nothing was closed. */
        REFUSED
    }

    /**
     * A command was not executed because its epoch or sender is not the owner's.
     *
     * @param changefeed the pipeline that the command was about
     * @param epoch the epoch of the refused command
     * @param currentEpoch the epoch of the current owner
     * @param command the kind of the refused command
     */
    record CommandRefused(ChangefeedId changefeed, MaintainerEpoch epoch, MaintainerEpoch currentEpoch, String command)
            implements WorkerReport {}
}
