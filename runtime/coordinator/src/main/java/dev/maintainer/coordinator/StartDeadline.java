package dev.maintainer.coordinator;

import dev.maintainer.api.model.NodeId;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Members that never answer a coordinator that wants to begin. It waits for each of them, but not for ever: they are expelled
 * through their lease, and when they have left it begins without them. A coordinator that hears less than half of the
 * members is more likely to be the one that is cut off, so it expels nobody; and more than a third at once is for people to
 * decide, who can stop those nodes. Who has just said something else can be heard again, and will answer: such a member has twice as
 * long.
 */
final class StartDeadline {
    private static final Logger LOG = LoggerFactory.getLogger(StartDeadline.class);

    private static final int MOST_EXPELLED = 3;
    /** Whoever can be heard answers one of so many requests. */
    private static final int REQUESTS = 5;

    private final Fleet fleet;
    private final CoordinatorConfig config;
    private final MembershipAuthority authority;
    private final CoordinatorObserver observer;
    private final Map<NodeId, Long> silentSince = new HashMap<>();
    private final Map<NodeId, Long> heardAt = new HashMap<>();
    private long pausedUntil = Long.MIN_VALUE;

    StartDeadline(Fleet fleet, CoordinatorConfig config, MembershipAuthority authority, CoordinatorObserver observer) {
        this.fleet = fleet;
        this.config = config;
        this.authority = authority;
        this.observer = observer;
    }

    /** A host has said something, by the time that the coordinator was awake; perhaps not an answer. */
    void heard(NodeId node, long awakeMillis) {
        heardAt.put(node, awakeMillis);
    }

    /** The answers are all that is missing. Takes a step if one is due, by the time that the coordinator was awake. */
    void tick(long awakeMillis, long nowMillis) {
        SortedSet<NodeId> silent = fleet.silent();
        silentSince.keySet().retainAll(silent);
        heardAt.keySet().retainAll(silent);
        silent.forEach(node -> silentSince.putIfAbsent(node, awakeMillis));
        silent.removeIf(node -> !isOver(node, awakeMillis));
        if (silent.isEmpty() || awakeMillis < pausedUntil) {
            return;
        }
        pausedUntil = awakeMillis + config.startMillis();
        int members = fleet.alive().size();
        int heard = members - silentSince.size();
        if (heard * 2 < members || silent.size() > Math.max(1, members / MOST_EXPELLED)) {
            String text = "the coordinator waits for an answer of " + silentSince.keySet() + ", " + silentSince.size()
                    + " of " + members + " members: too many to be expelled. Stop these nodes, or look at the network"
                    + " between them and the coordinator";
            LOG.warn("{}", text);
            observer.reportRefused("Start", text);
            if (heard * 2 < members) {
                authority.resign(text);
            }
            return;
        }
        for (NodeId node : silent) {
            LOG.warn(
                    "node {} is expelled: the coordinator wants to begin, and has had no answer of it for {} ms",
                    node,
                    config.startMillis());
            observer.expelled(node, nowMillis);
            authority.expel(node);
        }
    }

    private boolean isOver(NodeId node, long awakeMillis) {
        long silent = awakeMillis - silentSince.getOrDefault(node, awakeMillis);
        long heard = awakeMillis - heardAt.getOrDefault(node, Long.MIN_VALUE / 2);
        boolean isHeard = heard < REQUESTS * config.resendMillis();
        return silent >= (isHeard ? 2 : 1) * config.startMillis();
    }
}
