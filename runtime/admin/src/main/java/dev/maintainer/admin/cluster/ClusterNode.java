package dev.maintainer.admin.cluster;

import dev.maintainer.admin.MaintainerAdmin;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.runtime.coordination.CoordinatorControl;
import dev.maintainer.runtime.metrics.Metrics;
import dev.maintainer.runtime.peer.PeerCalls;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.concurrent.CompletableFuture;

/** What the admin interface needs of the node that it belongs to. No method blocks, unless it says so; any thread. */
public interface ClusterNode {
    /**
     * A member, as this node knows it.
     *
     * @param address where its peers reach it
     * @param labels such as its zone
     */
    record Member(String address, SortedMap<String, String> labels) {}

    /**
     * What the members speak with one another.
     *
     * @param active the protocol that nothing goes beyond
     * @param common the newest that every member speaks; at least {@code active}
     * @param behind the members that keep others from going beyond {@code common}, with the newest that each speaks
     */
    record Protocol(int active, int common, SortedMap<NodeId, Integer> behind) {}

    /**
     * The store has not answered this node for longer than a lease.
     *
     * @param since when it did
     * @param lasting for how long it has not
     * @param text the same for people, with the name of the store
     */
    record StoreSilence(Instant since, Duration lasting, String text) {}

    /** {@return this node} */
    NodeId self();

    /** {@return the version of the roster that {@link #members} is from; 0 before the first} */
    long rosterVersion();

    /** {@return the members, by id} */
    SortedMap<NodeId, Member> members();

    /** {@return what the members speak; empty before this node is one} */
    Optional<Protocol> protocol();

    /**
     * Lets the cluster speak what all its members can, if this node leads; for good.
     *
     * @return how it is afterwards, with those that are {@code behind} if nothing has changed because of them; empty if this node
     *     does not lead, or not any more. It may take as long as the store does not answer
     */
    CompletableFuture<Optional<Protocol>> finalizeProtocol();

    /** {@return that what this node knows of others may be out of date, as the store is silent; empty if it answers} */
    Optional<StoreSilence> storeSilence();

    /** {@return who leads, as far as this node knows; out of date while {@link #storeSilence} says so} */
    Optional<NodeId> leader();

    /** {@return the epoch under which this node leads; 0 if it does not} */
    long leaderEpoch();

    /** {@return the role in which this node coordinates; its requests do nothing while it does not lead} */
    CoordinatorControl coordinator();

    /** {@return the maintainers that run on this node, as they are now; fails if the node cannot answer} */
    CompletableFuture<List<MaintainerView>> maintainers();

    /**
     * {@return who answers for the maintainers that run on this node, with the names that tables of this changefeed have; it
     * blocks as long as it takes, which is some seconds at most}
     *
     * @param changefeed one whose maintainer runs here
     */
    MaintainerAdmin adminOf(ChangefeedId changefeed);

    /**
     * {@return the wall time of a position of a changefeed, in milliseconds since the epoch; empty if its source is not open on this
     * node, which then cannot tell}
     *
     * @param ts the position; a TSO
     */
    OptionalLong wallMillis(ChangefeedId changefeed, long ts);

    /** {@return how this node asks others} */
    PeerCalls calls();

    /** {@return why this node is not ready, for people; empty if it is} */
    Optional<String> notReady();

    /** {@return what in this process does not move any more, for people; empty if all does} */
    Optional<String> notAlive();

    /** {@return what this node measures of itself} */
    Metrics metrics();

    /** {@return the settings in effect, by key; secrets are not among them} */
    SortedMap<String, String> settings();

    /** {@return settings that were changed since the start and count after the next one only, by key, with their new values} */
    SortedMap<String, String> settingsAfterRestart();

    /** {@return the names of the schedulers that this node has} */
    SortedSet<String> schedulers();

    /**
     * Looks whether a changefeed can be replicated on this node as configured, and where it would begin. Blocks for as long as
     * its source takes to be opened and its sink to be looked at; nothing changes.
     *
     * @param changefeed its name
     * @param configuration what was said of it
     * @param start chooses where it begins, before the sink is looked at
     * @return the position that was chosen; a TSO
     * @throws MaintainerException if it cannot, saying why
     */
    long validate(ChangefeedId changefeed, ChangefeedConfiguration configuration, StartPosition start)
            throws MaintainerException;

    /**
     * {@return where a changefeed writes, to its sink and its redo log: two changefeeds must not have a place in common; for comparison
     * only, as it may contain secrets; empty if it leads nowhere} Blocks.
     *
     * @param configuration what was said of it
     */
    SortedSet<String> places(ChangefeedConfiguration configuration);

    /** Begins to stop this node, as a signal would. */
    void stop();
}
