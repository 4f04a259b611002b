package dev.maintainer.coordinator;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides about members that maintainers do not hear. Two observers are asked: the maintainer, and this coordinator, which
 * asks each suspect what it hosts. A maintainer that does not hear most of the nodes that the coordinator hears is itself
 * where the trouble is, and is moved; otherwise the suspect is expelled, one at a time, and what it ran is placed elsewhere
 * as after a death.
 */
final class SuspectEvictor {
    private static final Logger LOG = LoggerFactory.getLogger(SuspectEvictor.class);

    private record Suspect(ChangefeedId changefeed, NodeId owner, NodeId node) implements Comparable<Suspect> {
        @Override
        public int compareTo(Suspect other) {
            int byNode = node.compareTo(other.node);
            int byOwner = owner.compareTo(other.owner);
            return byNode != 0 ? byNode : byOwner != 0 ? byOwner : changefeed.compareTo(other.changefeed);
        }
    }

    /** The node from which a maintainer was moved, as it heard nobody there. */
    private record Deaf(NodeId node, long at) {}

    private final Fleet fleet;
    private final CoordinatorConfig config;
    private final MembershipAuthority authority;
    private final CoordinatorObserver observer;
    private final TreeMap<Suspect, Long> since = new TreeMap<>();
    private final Map<NodeId, Long> heardAt = new HashMap<>();
    private final Map<ChangefeedId, Deaf> deaf = new HashMap<>();
    private long pausedUntil = Long.MIN_VALUE;

    SuspectEvictor(Fleet fleet, CoordinatorConfig config, MembershipAuthority authority, CoordinatorObserver observer) {
        this.fleet = fleet;
        this.config = config;
        this.authority = authority;
        this.observer = observer;
    }

    /** A host has said something. */
    void heard(NodeId node, long awakeMillis) {
        if (!since.isEmpty()) {
            heardAt.put(node, awakeMillis);
        }
    }

    /** Those that some maintainer does not hear: they are asked. */
    SortedSet<NodeId> suspects() {
        SortedSet<NodeId> nodes = new TreeSet<>();
        since.keySet().forEach(suspect -> nodes.add(suspect.node()));
        return nodes;
    }

    /** Takes a step if one is due, by the time that the coordinator was awake. */
    void tick(Collection<ChangefeedPlacement> placements, long awakeMillis, long nowMillis) {
        note(placements, awakeMillis);
        if (since.isEmpty()) {
            heardAt.clear();
            deaf.values().removeIf(before -> awakeMillis - before.at() >= 4 * config.expelMillis());
            return;
        }
        if (awakeMillis < pausedUntil) {
            return;
        }
        for (ChangefeedPlacement placement : placements) {
            NodeId suspect = longest(placement, awakeMillis);
            if (suspect != null && decide(placement, suspect, awakeMillis, nowMillis)) {
                pausedUntil = awakeMillis + config.expelMillis();
                return;
            }
        }
    }

    private void note(Collection<ChangefeedPlacement> placements, long awakeMillis) {
        TreeSet<Suspect> present = new TreeSet<>();
        for (ChangefeedPlacement placement : placements) {
            NodeId owner = placement.ownership().node();
            for (NodeId node : placement.ownership().suspects()) {
                if (owner != null && fleet.isAlive(node)) {
                    present.add(new Suspect(placement.changefeed(), owner, node));
                }
            }
        }
        since.keySet().retainAll(present);
        present.forEach(suspect -> since.putIfAbsent(suspect, awakeMillis));
    }

    /** The node that a maintainer has not heard for longest, if that is too long; null otherwise. Its own counts first. */
    private @Nullable NodeId longest(ChangefeedPlacement placement, long awakeMillis) {
        NodeId owner = placement.ownership().node();
        if (owner != null) {
            long own = since.getOrDefault(new Suspect(placement.changefeed(), owner, owner), Long.MAX_VALUE);
            if (own <= awakeMillis - config.expelMillis()) {
                return owner;
            }
        }
        NodeId found = null;
        long longest = awakeMillis - config.expelMillis();
        for (Map.Entry<Suspect, Long> each : since.entrySet()) {
            if (each.getKey().changefeed().equals(placement.changefeed()) && each.getValue() <= longest) {
                found = each.getKey().node();
                longest = each.getValue() - 1;
            }
        }
        return found;
    }

    private boolean decide(ChangefeedPlacement placement, NodeId suspect, long awakeMillis, long nowMillis) {
        long heard = placement.ownership().suspects().stream()
                .filter(node -> awakeMillis - heardAt.getOrDefault(node, Long.MIN_VALUE / 2) < config.silenceMillis())
                .count();
        int others = fleet.alive().size() - 1;
        ChangefeedId changefeed = placement.changefeed();
        NodeId owner = placement.ownership().node();
        boolean isDeaf = owner != null && heard * 2 > others && !hasMovedInVain(changefeed, owner, awakeMillis);
        NodeId target = isDeaf ? fleet.leastLoaded(owner) : null;
        if (owner != null && target != null && placement.move(target, nowMillis) == null) {
            deaf.put(changefeed, new Deaf(owner, awakeMillis));
            LOG.warn(
                    "the maintainer of {} on {} does not hear {}, which this coordinator hears; it is moved to {}",
                    changefeed,
                    owner,
                    placement.ownership().suspects(),
                    target);
            return true;
        }
        // A maintainer that cannot be moved, as it has not begun or does not end, waits for those that it does not
        // hear.
        NodeId expelled = isDeaf && owner != null ? owner : suspect;
        if (others == 0 || (placement.isHandingOff() && !expelled.equals(owner))) {
            // An origin waits for its own worker only; of the others its successor will judge.
            return false;
        }
        long unheard = placement.ownership().suspects().size() - heard;
        if (unheard * 2 > fleet.alive().size()) {
            authority.resign("this coordinator hears " + heard + " of "
                    + placement.ownership().suspects()
                    + ", and most members are among these; it is rather itself that is cut off");
            return true;
        }
        LOG.warn(
                "node {} is expelled: the maintainer of {} on {} has not heard {}, and this coordinator hears {} of"
                        + " these",
                expelled,
                changefeed,
                owner,
                placement.ownership().suspects(),
                heard);
        observer.expelled(expelled, nowMillis);
        authority.expel(expelled);
        return true;
    }

    /** Another node hears as little, so the trouble is not where it was looked for. The same node proves nothing. */
    private boolean hasMovedInVain(ChangefeedId changefeed, NodeId owner, long awakeMillis) {
        Deaf before = deaf.get(changefeed);
        return before != null && !before.node().equals(owner) && awakeMillis - before.at() < 4 * config.expelMillis();
    }
}
