package dev.maintainer.coordinator;

import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.MetadataStore.Versioned;
import java.util.List;
import java.util.Optional;

/** Everything that can happen to a coordinator. */
public sealed interface CoordinatorInput {
    /**
     * A host of maintainers reports. The transport vouches for {@code from}.
     *
     * @param from the node of the host
     * @param report what it says
     */
    record ReportReceived(NodeId from, CoordinatorReport report) implements CoordinatorInput {}

    /**
     * Nodes came or went. An older version than the last is ignored.
     *
     * @param membership the members now
     */
    record MembershipChanged(Membership membership) implements CoordinatorInput {}

    /** Time has passed. Comes about every 50 ms. */
    record Tick() implements CoordinatorInput {}

    /**
     * Somebody wants a changefeed.
     *
     * @param changefeed what it shall be called
     * @param startTs from when on; a TSO, at least 1 and below {@link Long#MAX_VALUE}
     * @param scheduler the scheduler that shall place its tables; empty for the default of the node
     * @param redo whether it keeps a redo log; that cannot be changed later
     * @param configuration where it reads and writes, and how; that cannot be changed later
     */
    record CreateChangefeed(
            ChangefeedId changefeed,
            long startTs,
            String scheduler,
            boolean redo,
            ChangefeedConfiguration configuration)
            implements CoordinatorInput {
        /**
         * Makes one without a chosen scheduler, a redo log and a configuration.
         *
         * @param changefeed what it shall be called
         * @param startTs from when on; a TSO, at least 1 and below {@link Long#MAX_VALUE}
         */
        public CreateChangefeed(ChangefeedId changefeed, long startTs) {
            this(changefeed, startTs, "", false, ChangefeedConfiguration.NONE);
        }
    }

    /** Somebody wants a change of a changefeed that there is; {@link Coordinator#answer} tells what became of it. */
    sealed interface ChangeRequest extends CoordinatorInput {
        /** {@return which changefeed} */
        ChangefeedId changefeed();

        /** {@return how it is asked for} */
        RequestTerms terms();
    }

    /**
     * Somebody wants the maintainer of a changefeed on another node.
     *
     * @param changefeed which one
     * @param target where its maintainer shall run
     * @param terms how it is asked for
     */
    record MoveMaintainer(ChangefeedId changefeed, NodeId target, RequestTerms terms) implements ChangeRequest {
        /**
         * A request of which nobody waits for the answer.
         *
         * @param changefeed which one
         * @param target where its maintainer shall run
         */
        public MoveMaintainer(ChangefeedId changefeed, NodeId target) {
            this(changefeed, target, RequestTerms.NONE);
        }
    }

    /**
     * Somebody wants a changefeed gone, for good.
     *
     * @param changefeed which one
     * @param terms how it is asked for
     */
    record RemoveChangefeed(ChangefeedId changefeed, RequestTerms terms) implements ChangeRequest {
        /**
         * A request of which nobody waits for the answer.
         *
         * @param changefeed which one
         */
        public RemoveChangefeed(ChangefeedId changefeed) {
            this(changefeed, RequestTerms.NONE);
        }
    }

    /**
     * Somebody wants a changefeed to stand still, or to go on; the view says when that is durable.
     *
     * @param changefeed which one
     * @param paused true to stand still, false to go on
     * @param terms how it is asked for
     */
    record PauseChangefeed(ChangefeedId changefeed, boolean paused, RequestTerms terms) implements ChangeRequest {
        /**
         * A request of which nobody waits for the answer.
         *
         * @param changefeed which one
         * @param paused true to stand still, false to go on
         */
        public PauseChangefeed(ChangefeedId changefeed, boolean paused) {
            this(changefeed, paused, RequestTerms.NONE);
        }
    }

    /**
     * Somebody wants a node emptied, so that it can be stopped. {@link DrainView#answers()} says what became of it.
     *
     * @param number of the request, not used before
     * @param node the node to empty
     */
    record DrainNode(long number, NodeId node) implements CoordinatorInput {}

    /**
     * Somebody wants no node emptied any more.
     *
     * @param number of the request, not used before
     */
    record CancelDrain(long number) implements CoordinatorInput {}

    /**
     * All metadata, as asked.
     *
     * @param all every changefeed that is stored
     */
    record MetadataLoaded(List<Versioned> all) implements CoordinatorInput {
        /**
         * Copies the list.
         *
         * @param all every changefeed that is stored
         */
        public MetadataLoaded {
            all = List.copyOf(all);
        }
    }

    /**
     * The result of a compare-and-set: the new value, or empty if another version was stored.
     *
     * @param requestId of the request that is answered
     * @param stored empty if another version was stored
     */
    record MetadataStored(long requestId, Optional<Versioned> stored) implements CoordinatorInput {}

    /**
     * The result of a deletion: whether the expected version was there.
     *
     * @param requestId of the request that is answered
     * @param deleted false if another version was stored
     */
    record MetadataDeleted(long requestId, boolean deleted) implements CoordinatorInput {}

    /**
     * A request to the metadata store failed; whether it took effect is unknown.
     *
     * @param requestId of the request that failed; {@link MetadataGateway#LOAD_REQUEST} for a load
     * @param message for people
     */
    record MetadataFailed(long requestId, String message) implements CoordinatorInput {}
}
