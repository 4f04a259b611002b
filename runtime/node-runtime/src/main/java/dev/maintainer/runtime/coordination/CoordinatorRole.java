package dev.maintainer.runtime.coordination;

import dev.maintainer.api.message.Envelope;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.LeaderElection;
import dev.maintainer.api.port.MembershipService;
import dev.maintainer.api.port.MetadataStore;
import dev.maintainer.api.port.Network;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.coordinator.CoordinatorConfig;
import dev.maintainer.coordinator.CoordinatorInput;
import dev.maintainer.coordinator.CoordinatorObserver;
import dev.maintainer.coordinator.CurrentTerm;
import dev.maintainer.coordinator.DrainView;
import dev.maintainer.coordinator.RequestAnswer;
import dev.maintainer.runtime.loop.PeriodicTimer;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;

/**
 * The part of a node that coordinates: it is a candidate for leadership, and while it leads, a {@link Leadership} of
 * its own runs the coordinator. Requests of users reach the current leader; a request that no leader can take is lost,
 * except for creations, which are repeated until the changefeed is known or this node does not lead any more.
 *
 * <p>Thread-safe. Started once and ended once.
 */
public final class CoordinatorRole implements CoordinatorControl {
    private static final long CREATE_RETRY_MILLIS = 100;

    private final NodeId id;
    private final Network network;
    private final MembershipService membership;
    private final LeaderElection election;
    private final LongFunction<MetadataStore> stores;
    private final CoordinatorConfig config;
    private final CoordinatorObserver observer;
    private final PeriodicTimer creator;
    private final Map<ChangefeedId, CoordinatorInput.CreateChangefeed> wanted = new ConcurrentSkipListMap<>();
    private final CurrentTerm<Leadership> term = new CurrentTerm<>(this::leadership);

    /**
     * Does nothing before {@link #start}.
     *
     * @param id the node of this role; its messages are sent in its name
     * @param stores the metadata as the leader of a term writes it, by the leader epoch; a store blocks, and is called on a
     *     thread of its own. One that is shared with other processes refuses writes of a term that is over
     */
    public CoordinatorRole(
            NodeId id,
            Network network,
            MembershipService membership,
            LeaderElection election,
            LongFunction<MetadataStore> stores,
            CoordinatorConfig config,
            CoordinatorObserver observer) {
        this.id = id;
        this.network = network;
        this.membership = membership;
        this.election = election;
        this.stores = stores;
        this.config = config;
        this.observer = observer;
        this.creator = new PeriodicTimer(id + "-creations");
    }

    /** Becomes a candidate. */
    public void start() {
        election.campaign(id, new LeaderElection.Candidate() {
            @Override
            public void elected(long leaderEpoch) {
                lead(leaderEpoch);
            }

            @Override
            public void deposed() {
                depose();
            }
        });
        creator.every(CREATE_RETRY_MILLIS, this::createWanted);
    }

    /** As one step with its start, so that nobody ends it in between. */
    private synchronized void lead(long leaderEpoch) {
        term.elected(leaderEpoch);
    }

    private Leadership leadership(long leaderEpoch) {
        return new Leadership(
                id,
                leaderEpoch,
                network.transportOf(id),
                membership,
                stores.apply(leaderEpoch),
                config,
                observer,
                () -> election.abstain(id));
    }

    /** What another leader creates and somebody removes there must not come back with this one. */
    private synchronized void depose() {
        wanted.clear();
        term.deposed();
    }

    /** Stops being a candidate; a leadership ends, without waiting for its end. */
    public void withdraw() {
        synchronized (this) {
            term.withdraw();
        }
        election.withdraw(id);
        creator.cancel();
    }

    /** Stops being a candidate, and waits until nothing of it runs any more, for at most some seconds. */
    public void stop() throws InterruptedException {
        Leadership last = term.present();
        withdraw();
        creator.stop();
        if (last != null) {
            last.awaitEnd();
        }
    }

    /** Whether this node leads, as far as it knows. */
    public boolean isLeading() {
        return term.present() != null;
    }

    /** How long ago the coordinator has finished something, in nanoseconds; empty if this node does not lead. */
    public OptionalLong idleNanos() {
        Leadership now = term.present();
        return now == null ? OptionalLong.empty() : OptionalLong.of(now.idleNanos());
    }

    @Override
    public boolean isReady() {
        Leadership now = term.present();
        return now != null && now.hasStarted();
    }

    /** Takes a report; false if there is no room, or this node does not lead. */
    public boolean deliver(Envelope envelope) {
        Leadership now = term.present();
        return now != null && now.deliver(envelope);
    }

    /**
     * Requests the creation of a changefeed, now or when this node leads. A changefeed that already exists stays as it is.
     *
     * @param creation what is wanted
     */
    public void create(CoordinatorInput.CreateChangefeed creation) {
        wanted.put(creation.changefeed(), creation);
        createWanted();
    }

    @Override
    public synchronized boolean createIfLeading(CoordinatorInput.CreateChangefeed creation) {
        if (term.present() == null) {
            return false;
        }
        create(creation);
        return true;
    }

    /** A coordinator that has not started yet refuses; so it is asked again until the changefeed is there. */
    private void createWanted() {
        if (isLeading()) {
            wanted.keySet().removeAll(views().keySet());
            wanted.values().forEach(this::offer);
        }
    }

    @Override
    public void request(CoordinatorInput.ChangeRequest request) {
        if (request instanceof CoordinatorInput.RemoveChangefeed) {
            wanted.remove(request.changefeed());
        }
        offer(request);
    }

    @Override
    public Optional<RequestAnswer> answer(long number) {
        Leadership now = term.present();
        return now == null ? Optional.empty() : now.answer(number);
    }

    @Override
    public void moveMaintainer(ChangefeedId changefeed, NodeId target) {
        request(new CoordinatorInput.MoveMaintainer(changefeed, target));
    }

    @Override
    public void pause(ChangefeedId changefeed, boolean paused) {
        request(new CoordinatorInput.PauseChangefeed(changefeed, paused));
    }

    @Override
    public void remove(ChangefeedId changefeed) {
        request(new CoordinatorInput.RemoveChangefeed(changefeed));
    }

    @Override
    public void drain(long number, NodeId node) {
        offer(new CoordinatorInput.DrainNode(number, node));
    }

    @Override
    public void cancelDrain(long number) {
        offer(new CoordinatorInput.CancelDrain(number));
    }

    private void offer(CoordinatorInput input) {
        Leadership now = term.present();
        if (now != null) {
            now.offer(input);
        }
    }

    @Override
    public SortedMap<ChangefeedId, ChangefeedView> views() {
        Leadership now = term.present();
        return now == null ? Collections.emptySortedMap() : now.views();
    }

    @Override
    public OptionalLong ownerSilentMillis(ChangefeedView view) {
        // The clock of event loops.
        long silent = TimeUnit.NANOSECONDS.toMillis(System.nanoTime()) - view.heardMillis();
        return view.owner() == null || silent <= config.silenceMillis()
                ? OptionalLong.empty()
                : OptionalLong.of(silent);
    }

    @Override
    public DrainView drainView() {
        Leadership now = term.present();
        return now == null ? DrainView.NONE : now.drainView();
    }
}
