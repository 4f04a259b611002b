package dev.maintainer.simulator.world;

import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.LeaderElection.Candidate;
import dev.maintainer.api.port.Membership;
import dev.maintainer.api.port.MetadataStore.Versioned;
import dev.maintainer.coordinator.CoordinatorInput;
import dev.maintainer.coordinator.CurrentTerm;
import dev.maintainer.membership.ChangefeedRecords;
import dev.maintainer.membership.LeaderTerm;
import dev.maintainer.membership.MembershipFeed;
import dev.maintainer.membership.TermRecords;
import dev.maintainer.membership.store.StoreValue.Roster;
import dev.maintainer.simulator.membership.MemberProcess;
import dev.maintainer.simulator.membership.MembershipTruth;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A server process as {@code cluster-distributed} and {@code maintainer-node} assemble it: its membership, a node once it is a
 * member, and a coordinator while it leads.
 */
final class SimulatedProcess implements MemberProcess.Role, NodeProcess {
    private static final double NANOS_PER_MILLI = 1e6;

    private final SimulatedCluster cluster;
    private final ProcessControl control;
    private final MembershipTruth truth;
    private final Timeline timeline;
    private final MemberProcess process;
    private final int number;
    private final TermRecords records;
    private final MembershipFeed feed = new MembershipFeed();
    private final CurrentTerm<SimulatedTerm> terms;
    private Roster roster = Roster.EMPTY;
    private @Nullable SimulatedNode node;
    private @Nullable LeaderTerm term;
    private boolean leaving;

    SimulatedProcess(
            SimulatedCluster cluster,
            ProcessControl control,
            MembershipTruth truth,
            MemberProcess process,
            int number) {
        this.cluster = cluster;
        this.control = control;
        this.truth = truth;
        this.timeline = cluster.timeline();
        this.process = process;
        this.number = number;
        this.records = new TermRecords(process::records);
        this.terms = new CurrentTerm<>(epoch -> new SimulatedTerm(cluster, this, epoch));
    }

    MemberProcess member() {
        return process;
    }

    NodeId id() {
        return process.id();
    }

    TermRecords records() {
        return records;
    }

    Roster roster() {
        return roster;
    }

    /** What runs here as a node; null before it is a member. */
    @Nullable
    SimulatedNode node() {
        return node;
    }

    @Override
    public void tick() {
        // All of it has timers of its own.
    }

    // ---- membership -------------------------------------------------------------------------------------------------

    @Override
    public void roster(Roster next) {
        roster = next;
        if (node == null) {
            begin();
        }
        feed.roster(next);
    }

    /** It has become a member: the node begins to work, and the process has a candidate. */
    private void begin() {
        SimulatedNode begun = cluster.admit(id(), number, this, control.memberSince(id()));
        node = begun;
        Mailbox<Membership> mailbox = new Mailbox<>(timeline, begun::hearOf);
        feed.subscribe(begun, members -> {
            if (members.version() > 0) {
                mailbox.put(members);
            }
        });
        feed.campaign(new Candidate() {
            @Override
            public void elected(long leaderEpoch) {
                terms.elected(leaderEpoch);
            }

            @Override
            public void deposed() {
                terms.deposed();
            }
        });
    }

    MembershipFeed feed() {
        return feed;
    }

    @Override
    public void lost() {
        terms.withdraw();
        if (node != null) {
            feed.unsubscribe(node);
            node.sessionLost();
        }
        control.ended(this, true);
    }

    /** People stop it, or what hosts it does. */
    void leave() {
        SimulatedNode present = node;
        if (leaving || process.isStill() || (present != null && present.isPaused())) {
            // Whoever stops a process that does not answer kills it.
            die();
            return;
        }
        leaving = true;
        terms.withdraw();
        if (present != null) {
            feed.unsubscribe(present);
            present.stopInOrder();
        }
        process.leave();
    }

    @Override
    public void left() {
        if (node != null) {
            node.die();
        }
        control.ended(this, false);
    }

    /** Without a word. */
    void die() {
        if (!process.isDead()) {
            timeline.tell(() -> "process " + id() + " dies");
            process.die();
            terms.withdraw();
            if (node != null) {
                node.die();
            }
            control.ended(this, false);
        }
    }

    // ---- leadership -------------------------------------------------------------------------------------------------

    @Override
    public ChangefeedRecords.Handler elected(LeaderTerm won) {
        term = won;
        records.begin(won);
        feed.elected(won);
        return new Told(won);
    }

    @Override
    public void deposed() {
        term = null;
        records.end();
        feed.deposed();
    }

    /** It leads, and its coordinator has begun. */
    void leads(SimulatedCoordinator coordinator, long epoch) {
        control.leads(coordinator, epoch);
    }

    /** The epoch under which it leads, as it knows; 0 if it does not lead. */
    long leaderEpoch() {
        return term == null ? 0 : term.epoch();
    }

    /** Its coordinator has expelled a member. */
    void expelled(NodeId member) {
        control.expelled(member);
    }

    /** Compares what a leader is told with what is true. */
    private final class Told implements ChangefeedRecords.Handler {
        private final LeaderTerm won;
        private boolean loaded;

        Told(LeaderTerm won) {
            this.won = won;
        }

        @Override
        public void loaded(List<Versioned> all) {
            if (!loaded) {
                truth.loaded(won, all);
            }
            loaded = true;
            records.loaded(all);
        }

        @Override
        public void stored(long request, Optional<Versioned> stored) {
            truth.told(process, won, request, stored.orElse(null));
            records.stored(request, stored);
        }

        @Override
        public void deleted(long request, boolean deleted) {
            records.deleted(request, deleted);
        }
    }

    // ---- what the node needs ----------------------------------------------------------------------------------------

    @Override
    public long millis() {
        return (long) (process.nanos() / NANOS_PER_MILLI);
    }

    @Override
    public boolean mayWrite() {
        return process.mayWrite();
    }

    @Override
    public boolean reaches(NodeId to) {
        return roster.members().containsKey(to);
    }

    /** Peers tell each other with every word which roster and leader they know; one that is in none is told that. */
    @Override
    public boolean accepts(NodeId from) {
        SimulatedProcess peer = control.process(from);
        if (peer == this) {
            return true;
        }
        long version = peer.roster.version();
        long epoch = peer.process.leaderEpoch();
        if (version > roster.version() || epoch > process.leaderEpoch()) {
            process.heard(version, epoch);
        }
        if (roster.members().containsKey(from)) {
            return true;
        }
        long own = roster.version();
        if (version < own) {
            timeline.in(1L + timeline.below(20), () -> peer.process.unknownTo(own));
        }
        return false;
    }

    @Override
    public void report(NodeId from, CoordinatorReport report) {
        SimulatedTerm leading = terms.present();
        if (leading != null) {
            leading.take(new CoordinatorInput.ReportReceived(from, report));
        }
    }

    @Override
    public @Nullable String wrongWrite() {
        return control.isRemoved(id()) ? id() + " was removed from the roster" : null;
    }
}
