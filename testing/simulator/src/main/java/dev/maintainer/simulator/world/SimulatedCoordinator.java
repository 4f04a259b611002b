package dev.maintainer.simulator.world;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DrainTarget;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.api.port.Transport;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.coordinator.Coordinator;
import dev.maintainer.coordinator.CoordinatorConfig;
import dev.maintainer.coordinator.CoordinatorInput;
import dev.maintainer.coordinator.CoordinatorObserver;
import dev.maintainer.coordinator.DrainView;
import dev.maintainer.coordinator.MembershipAuthority;
import dev.maintainer.coordinator.MetadataGateway;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import java.util.Optional;

/** One coordinator process, and the people who tell it what they want until they see it. */
final class SimulatedCoordinator {
    private static final long TICK_MILLIS = 50;
    private static final int TICKS_PER_WISH = 10;

    /** Where a coordinator runs, and what it reaches from there. */
    interface Seat {
        /** Its periods. */
        CoordinatorConfig config();

        /** The store, whose answers go to the coordinator. */
        MetadataGateway metadata(SimulatedCoordinator coordinator);

        /** The clock of the process. */
        long millis();

        /** Whether the process stands still. */
        boolean isStill();

        /** It wants a node out. */
        void expel(NodeId node);

        /** It wants to lead no more. */
        void resign(SimulatedCoordinator coordinator, String reason);

        /** Whether there is a connection to a node. */
        default boolean reaches(NodeId to) {
            return true;
        }

        /** It is about to send something. */
        default void sending(Message message) {}

        /** It is about to take an input. */
        default void handling(CoordinatorInput input) {}
    }

    private final NodeId id;
    private final SimulatedCluster cluster;
    private final Coordinator coordinator;
    private final Seat seat;
    private final EvictionCheck evictor;
    private final HearingCheck hearing;
    private boolean up = true;
    private long ticks;
    private long requests;

    SimulatedCoordinator(NodeId id, long version, SimulatedCluster cluster, Seat seat) {
        this.id = id;
        this.cluster = cluster;
        this.seat = seat;
        CoordinatorConfig config = seat.config();
        this.evictor = new EvictionCheck(config.expelMillis());
        this.hearing = new HearingCheck(id, config);
        this.coordinator = new Coordinator(
                id,
                version,
                this::send,
                seat.metadata(this),
                new MembershipAuthority() {
                    @Override
                    public void expel(NodeId node) {
                        if (hasStarted()) {
                            evictor.expelled(node, seat.millis());
                        } else if (isUp(node)) {
                            hearing.expelled(node, seat.millis());
                        }
                        seat.expel(node);
                    }

                    @Override
                    public void resign(String reason) {
                        hearing.resigns(seat.millis());
                        seat.resign(SimulatedCoordinator.this, reason);
                    }
                },
                config,
                new CoordinatorObserver() {
                    @Override
                    public void finalStatusAccepted(
                            ChangefeedId changefeed,
                            NodeId node,
                            MaintainerEpoch epoch,
                            FinalStatus finalStatus,
                            long nowMillis) {
                        cluster.changefeed(changefeed).conduct().accepted(id, node, epoch, finalStatus);
                    }

                    @Override
                    public void drainChanged(DrainTarget target, long nowMillis) {
                        cluster.drainChanged();
                    }

                    @Override
                    public void drained(DrainTarget target, long nowMillis) {
                        NodeId empty = target.node();
                        if (empty != null && cluster.leader() == SimulatedCoordinator.this) {
                            cluster.drained(empty);
                        }
                    }
                });
        cluster.changefeeds().forEach(changefeed -> changefeed.conduct().coordinates(id));
        cluster.timeline().in(1, this::tick);
    }

    private boolean isUp(NodeId node) {
        SimulatedNode present = cluster.node(node);
        return present != null && present.isUp();
    }

    private boolean hasStarted() {
        return coordinator.hasStarted();
    }

    private Transport.SendResult send(NodeId to, Message message) {
        if (!cluster.crashes().mayLeave(id, to, message)) {
            return Transport.SendResult.ENQUEUED;
        }
        seat.sending(message);
        if (message instanceof CoordinatorRequest.CoordinatorBootstrap) {
            hearing.asked(to, seat.millis());
        }
        cluster.observe(id, to, message);
        if (!seat.reaches(to)) {
            return Transport.SendResult.UNKNOWN_TARGET;
        }
        return cluster.network().send(id, to, message);
    }

    private void tick() {
        if (!up) {
            return;
        }
        if (seat.isStill()) {
            hearing.stoodStill();
            cluster.timeline().in(TICK_MILLIS, this::tick);
            return;
        }
        handle(new CoordinatorInput.Tick());
        if (coordinator.hasStarted() && up && cluster.leader() == this) {
            hearing.leads(seat.millis(), !cluster.faults().areOn());
        }
        if (ticks++ % TICKS_PER_WISH == 0 && cluster.leader() == this) {
            cluster.changefeeds().forEach(this::wish);
        }
        cluster.timeline().in(TICK_MILLIS, this::tick);
    }

    private void wish(SimulatedChangefeed changefeed) {
        ChangefeedId id = changefeed.id();
        ChangefeedView known = view(id).orElse(null);
        if (known == null) {
            if (changefeed.isWanted()) {
                handle(new CoordinatorInput.CreateChangefeed(
                        id,
                        changefeed.upstream().beginning(),
                        "",
                        changefeed.keepsRedo(),
                        ChangefeedConfiguration.NONE));
            }
        } else if (!changefeed.isWanted()) {
            handle(new CoordinatorInput.RemoveChangefeed(id));
        } else if (known.wanted() != DesiredState.REMOVE
                && changefeed.isPaused() != (known.wanted() == DesiredState.PAUSE)) {
            handle(new CoordinatorInput.PauseChangefeed(id, changefeed.isPaused()));
        }
    }

    /** Somebody wants the maintainer elsewhere. */
    void move(ChangefeedId changefeed, NodeId target) {
        handle(new CoordinatorInput.MoveMaintainer(changefeed, target));
    }

    /** Somebody wants a node emptied, and stops it so much later, or never if that is negative. */
    void drain(NodeId node, long thenStops) {
        cluster.stopWhenEmpty(node, thenStops);
        handle(new CoordinatorInput.DrainNode(++requests, node));
    }

    void cancelDrain() {
        handle(new CoordinatorInput.CancelDrain(++requests));
    }

    DrainView drain() {
        return coordinator.drain();
    }

    void handle(CoordinatorInput input) {
        if (up) {
            if (input instanceof CoordinatorInput.ReportReceived received) {
                evictor.heard(received.from(), received.report(), seat.millis());
                hearing.heard(received.from(), seat.millis());
            }
            if (input instanceof CoordinatorInput.MembershipChanged changed) {
                hearing.members(changed.membership(), seat.millis());
            }
            seat.handling(input);
            coordinator.handle(input, seat.millis());
        }
    }

    /** Its books agree with each other. */
    void audit() {
        if (up) {
            for (Finding found : coordinator.audit()) {
                throw new Violation(Invariant.OWNERSHIP_CONSISTENT, id + ": " + found);
            }
        }
    }

    void die() {
        up = false;
    }

    boolean isUp() {
        return up;
    }

    NodeId id() {
        return id;
    }

    Optional<ChangefeedView> view(ChangefeedId changefeed) {
        return coordinator.view(changefeed);
    }
}
