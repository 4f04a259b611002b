package dev.maintainer.simulator.world;

import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.MetadataStore.Versioned;
import dev.maintainer.coordinator.CoordinatorConfig;
import dev.maintainer.coordinator.CoordinatorInput;
import dev.maintainer.coordinator.CurrentTerm;
import dev.maintainer.coordinator.MetadataGateway;
import dev.maintainer.coordinator.OrderedGateway;
import dev.maintainer.membership.TermRecords;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A coordinator in a process that leads: under its leader epoch, over the records of its term, and ended with it. */
final class SimulatedTerm implements CurrentTerm.Running, SimulatedCoordinator.Seat {
    private final SimulatedCluster cluster;
    private final SimulatedProcess process;
    private final Timeline timeline;
    private final long leaderEpoch;
    private final OrderedGateway metadata;
    private @Nullable SimulatedCoordinator coordinator;
    private final Mailbox<CoordinatorInput> inbox;
    private final Mailbox<Runnable> storeThread;

    SimulatedTerm(SimulatedCluster cluster, SimulatedProcess process, long leaderEpoch) {
        this.cluster = cluster;
        this.process = process;
        this.timeline = cluster.timeline();
        this.leaderEpoch = leaderEpoch;
        this.metadata = new OrderedGateway(new Records());
        this.inbox = new Mailbox<>(timeline, input -> process.member().run(() -> handle(input)));
        this.storeThread = new Mailbox<>(timeline, request -> process.member().run(request));
    }

    @Override
    public void start() {
        SimulatedCoordinator begun = new SimulatedCoordinator(process.id(), leaderEpoch, cluster, this);
        coordinator = begun;
        process.leads(begun, leaderEpoch);
        process.feed().subscribe(this, members -> take(new CoordinatorInput.MembershipChanged(members)));
    }

    @Override
    public void end() {
        process.feed().unsubscribe(this);
        if (coordinator != null) {
            coordinator.die();
        }
    }

    /** Puts an input at the end of what the coordinator has to do. */
    void take(CoordinatorInput input) {
        inbox.put(input);
    }

    private void handle(CoordinatorInput input) {
        if (coordinator != null) {
            coordinator.handle(input);
        }
    }

    // ---- what the coordinator reaches -------------------------------------------------------------------------------

    @Override
    public CoordinatorConfig config() {
        return ProcessControl.coordinatorConfig();
    }

    @Override
    public MetadataGateway metadata(SimulatedCoordinator unused) {
        return metadata;
    }

    @Override
    public void handling(CoordinatorInput input) {
        metadata.answered(input);
    }

    /** What it sends under another epoch than its own is refused by nobody who has not heard of a later leader. */
    @Override
    public void sending(Message message) {
        if (process.leaderEpoch() != leaderEpoch) {
            throw new Violation(
                    Invariant.LEADER_FENCED,
                    process.id() + " sends " + message + " as the leader of epoch " + leaderEpoch
                            + (process.leaderEpoch() == 0
                                    ? ", and knows that it does not lead"
                                    : ", and leads under epoch " + process.leaderEpoch()));
        }
        if (message instanceof CoordinatorRequest.CoordinatorBootstrap bootstrap
                && bootstrap.version() != leaderEpoch) {
            throw new Violation(
                    Invariant.LEADER_FENCED,
                    process.id() + " says that it leads with version " + bootstrap.version() + ", and its epoch is "
                            + leaderEpoch);
        }
    }

    @Override
    public boolean reaches(NodeId to) {
        return process.reaches(to);
    }

    @Override
    public long millis() {
        return process.millis();
    }

    @Override
    public boolean isStill() {
        return process.member().isStill();
    }

    @Override
    public void expel(NodeId node) {
        timeline.tell(() -> process.id() + " expels " + node);
        process.expelled(node);
        storeThread.put(() -> process.member().expel(node));
    }

    @Override
    public void resign(SimulatedCoordinator unused, String reason) {
        timeline.tell(() -> process.id() + " resigns: " + reason);
        storeThread.put(() -> process.member().abstain(ProcessControl.ABSTENTION_MILLIS));
    }

    /** The records of this term, on the thread of the store. */
    private final class Records implements MetadataGateway {
        @Override
        public void load() {
            request(() -> process.records()
                    .load(
                            leaderEpoch,
                            reply(LOAD_REQUEST, (List<Versioned> all) -> new CoordinatorInput.MetadataLoaded(all))));
        }

        @Override
        public void compareAndSet(long expectedVersion, ChangefeedMetadata wanted, long requestId) {
            request(() -> process.records()
                    .compareAndSet(
                            leaderEpoch,
                            expectedVersion,
                            wanted,
                            process.member().nanos(),
                            reply(
                                    requestId,
                                    (Optional<Versioned> stored) ->
                                            new CoordinatorInput.MetadataStored(requestId, stored))));
        }

        @Override
        public void delete(long expectedVersion, ChangefeedId changefeed, long requestId) {
            request(() -> process.records()
                    .delete(
                            leaderEpoch,
                            expectedVersion,
                            changefeed,
                            process.member().nanos(),
                            reply(
                                    requestId,
                                    (Boolean deleted) -> new CoordinatorInput.MetadataDeleted(requestId, deleted))));
        }

        private void request(Runnable request) {
            if (cluster.crashes().mayStep(process.id())) {
                storeThread.put(request);
            }
        }

        private <T> TermRecords.Reply<T> reply(long requestId, Function<T, CoordinatorInput> input) {
            return new TermRecords.Reply<>() {
                @Override
                public void answered(T answer) {
                    take(input.apply(answer));
                }

                @Override
                public void over() {
                    take(new CoordinatorInput.MetadataFailed(requestId, "this node does not lead any more"));
                }
            };
        }
    }
}
