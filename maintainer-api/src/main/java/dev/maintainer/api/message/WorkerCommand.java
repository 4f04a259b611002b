package dev.maintainer.api.message;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.model.BarrierAction;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.RedoMeta;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message from a maintainer to a worker. A worker executes a command only if its epoch, and its sender, are those of
 * the owner.
 *
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public sealed interface WorkerCommand extends Message {
    /** {@return the changefeed that the command is about} */
    ChangefeedId changefeed();

    /** {@return the ownership under which the command was given} */
    MaintainerEpoch epoch();

    /**
     * "I own this changefeed now; what do you run?" Repeated until answered.
     *
     * @param changefeed the pipeline that is taken over
     * @param epoch that of the new owner
     * @param startTs where a DDL trigger dispatcher starts; a TSO
     * @param trigger the DDL trigger dispatcher to create, on the maintainer's own node; null on all others. A trigger
     *     of an older epoch that runs there and is not this one is abandoned: its owner has been superseded.
     * @param late whether the owner has rebuilt its state without this node, so that every table is covered elsewhere:
     *     then the worker abandons all dispatchers of older epochs before it takes the owner on, and reports none of
     *     them
     * @param releasedTs how far the dispatchers may write, see {@link Release}; a TSO; {@link Long#MAX_VALUE} if the
     *     changefeed keeps no redo log
     * @param configuration where the changefeed reads and writes, and how; for whoever creates its dispatchers
     */
    record Bootstrap(
            ChangefeedId changefeed,
            MaintainerEpoch epoch,
            long startTs,
            @Nullable DispatcherId trigger,
            boolean late,
            long releasedTs,
            ChangefeedConfiguration configuration)
            implements WorkerCommand {
        /**
         * Creates a bootstrap of a changefeed without a redo log and a configuration.
         *
         * @param changefeed the pipeline that is taken over
         * @param epoch that of the new owner
         * @param startTs where a DDL trigger dispatcher starts; a TSO
         * @param trigger the DDL trigger dispatcher to create, on the maintainer's own node; null on all others. A
         *     trigger of an older epoch that runs there and is not this one is abandoned: its owner has been
         *     superseded.
         * @param late whether the owner has rebuilt its state without this node, so that every table is covered
         *     elsewhere: then the worker abandons all dispatchers of older epochs before it takes the owner on, and
         *     reports none of them
         */
        public Bootstrap(
                ChangefeedId changefeed,
                MaintainerEpoch epoch,
                long startTs,
                @Nullable DispatcherId trigger,
                boolean late) {
            this(changefeed, epoch, startTs, trigger, late, Long.MAX_VALUE, ChangefeedConfiguration.NONE);
        }
    }

    /**
     * "My state is complete; let the DDL trigger dispatcher start." Only to the maintainer's own node.
     *
     * @param changefeed the pipeline that the command is about
     * @param epoch the ownership under which it is given
     * @param trigger the DDL trigger dispatcher that may begin
     */
    record PostBootstrap(ChangefeedId changefeed, MaintainerEpoch epoch, DispatcherId trigger)
            implements WorkerCommand {}

    /**
     * Create a dispatcher.
     *
     * @param changefeed the pipeline that the command is about
     * @param epoch the ownership under which it is given
     * @param dispatcher the identity of the new dispatcher
     * @param span what it replicates
     * @param schema the schema of the table
     * @param startTs it replicates what was committed after this; a TSO
     * @param partial what of the commit time after {@code startTs} is durable already
     * @param intent the kind of operator that creates it
     * @param request numbers the requests of an owner, from 1; a
     *     repetition has the same number. Heartbeats say how many the worker has executed, so that a status from before
     *     a request is not taken for its answer
     */
    record CreateDispatcher(
            ChangefeedId changefeed,
            MaintainerEpoch epoch,
            DispatcherId dispatcher,
            TableSpan span,
            SchemaId schema,
            long startTs,
            PartialCommit partial,
            OperatorType intent,
            long request)
            implements WorkerCommand {
        /**
         * Creates a command for a dispatcher of whose next commit time nothing is known to be durable.
         *
         * @param changefeed the pipeline that the command is about
         * @param epoch the ownership under which it is given
         * @param dispatcher its identity
         * @param span what it replicates
         * @param schema the schema of the table
         * @param startTs replicate what was committed after this; a TSO
         * @param intent the kind of operator that creates it
         * @param request the number of the request
         */
        public CreateDispatcher(
                ChangefeedId changefeed,
                MaintainerEpoch epoch,
                DispatcherId dispatcher,
                TableSpan span,
                SchemaId schema,
                long startTs,
                OperatorType intent,
                long request) {
            this(changefeed, epoch, dispatcher, span, schema, startTs, PartialCommit.NONE, intent, request);
        }
    }

    /**
     * Remove a dispatcher. Answered by a terminal status, also if the worker does not know it.
     *
     * @param changefeed the pipeline that the command is about
     * @param epoch the ownership under which it is given
     * @param dispatcher the one to remove
     * @param intent the kind of operator that removes it
     * @param request as for {@link CreateDispatcher}
     */
    record RemoveDispatcher(
            ChangefeedId changefeed, MaintainerEpoch epoch, DispatcherId dispatcher, OperatorType intent, long request)
            implements WorkerCommand {}

    /**
     * Merge dispatchers that run there into one that begins at the lowest of their checkpoints. Answered by a status of
     * the target: working; removed, if the merge was given up, then the sources run on as before, and no repetition of
     * this request begins it again; or stopped, if it has replaced them and has ended since.
     *
     * @param changefeed the pipeline that the command is about
     * @param epoch the ownership under which it is given
     * @param target the dispatcher that will cover their ranges
     * @param sources adjacent, in the order of their ranges; at least two
     * @param request as for {@link CreateDispatcher}
     */
    record MergeDispatchers(
            ChangefeedId changefeed,
            MaintainerEpoch epoch,
            DispatcherId target,
            List<DispatcherId> sources,
            long request)
            implements WorkerCommand {
        /**
         * Copies the list.
         *
         * @param changefeed the pipeline that the command is about
         * @param epoch the ownership under which it is given
         * @param target the dispatcher that will cover their ranges
         * @param sources adjacent, in the order of their ranges; at least two
         * @param request as for {@link CreateDispatcher}
         */
        public MergeDispatchers {
            sources = List.copyOf(sources);
        }
    }

    /**
     * The DDLs of a dispatcher up to and including {@code commitTs} have been applied; stop repeating them.
     *
     * @param changefeed the pipeline that the command is about
     * @param epoch the ownership under which it is given
     * @param dispatcher the one that has reported the DDLs
     * @param commitTs the commit time of the last DDL that was applied; a TSO
     */
    record AcknowledgeBlockStatus(
            ChangefeedId changefeed, MaintainerEpoch epoch, DispatcherId dispatcher, long commitTs)
            implements WorkerCommand {}

    /**
     * A report about block events was taken in: what it says need not be repeated, except for the dispatchers that are
     * deferred.
     *
     * @param changefeed the pipeline that the command is about
     * @param epoch the ownership under which it is given
     * @param sequence the number of the report
     * @param deferred those whose progress could not be taken in yet; they are to be reported again soon
     */
    record AcknowledgeBarrierReport(
            ChangefeedId changefeed, MaintainerEpoch epoch, long sequence, List<DispatcherId> deferred)
            implements WorkerCommand {
        /**
         * Copies the list.
         *
         * @param changefeed the pipeline that the command is about
         * @param epoch the ownership under which it is given
         * @param sequence the number of the report
         * @param deferred those whose progress could not be taken in yet; they are to be reported again soon
         */
        public AcknowledgeBarrierReport {
            deferred = List.copyOf(deferred);
        }
    }

    /**
     * What becomes of a block event. {@link BarrierAction#WRITE} is for the DDL trigger dispatcher, {@link
     * BarrierAction#PASS} for all dispatchers of the node that wait at the event. Answered by {@link
     * WorkerReport.BarrierReport}, and repeated until then; whoever does not wait at this very event does nothing.
     *
     * @param changefeed the pipeline that the command is about
     * @param epoch the ownership under which it is given
     * @param event which event
     * @param action what to do
     * @param attempt how often a writer was chosen for the event, from 1; returned in reports
     */
    record ResolveBarrier(
            ChangefeedId changefeed, MaintainerEpoch epoch, BlockKey event, BarrierAction action, long attempt)
            implements WorkerCommand {}

    /**
     * What was committed up to {@code releasedTs} is durable in the redo log, so it may be written to the sink. Never
     * less than before; repeated occasionally.
     *
     * @param changefeed the pipeline that the command is about
     * @param epoch the ownership under which it is given
     * @param releasedTs a TSO
     */
    record Release(ChangefeedId changefeed, MaintainerEpoch epoch, long releasedTs) implements WorkerCommand {}

    /**
     * Make the meta of the redo log durable. To the node of the redo pipeline's DDL trigger dispatcher; repeated until
     * {@link WorkerReport.RedoMetaPersisted} says that it is.
     *
     * @param changefeed the redo pipeline
     * @param epoch the ownership under which it is given
     * @param trigger the DDL trigger dispatcher of that pipeline
     * @param meta what to promise durably
     */
    record PersistRedoMeta(ChangefeedId changefeed, MaintainerEpoch epoch, DispatcherId trigger, RedoMeta meta)
            implements WorkerCommand {}

    /**
     * Close the changefeed on this node.
     *
     * @param changefeed the pipeline to close
     * @param epoch the ownership under which it is given
     * @param mode whether for good; never {@link RemovalMode#HANDOFF}, which closes nothing here
     */
    record CloseChangefeed(ChangefeedId changefeed, MaintainerEpoch epoch, RemovalMode mode) implements WorkerCommand {
        /**
         * Creates a command.
         *
         * @param changefeed the pipeline to close
         * @param epoch the ownership under which it is given
         * @param mode whether for good; never {@link RemovalMode#HANDOFF}, which closes nothing here
         * @throws IllegalArgumentException if it is for a handoff
         */
        public CloseChangefeed {
            if (!mode.closesDispatchers()) {
                throw new IllegalArgumentException("a " + mode + " closes no changefeed; ask for " + RemovalMode.CLOSE
                        + " or " + RemovalMode.DROP);
            }
        }
    }
}
