package dev.maintainer.coordinator;

import dev.maintainer.api.model.NodeId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Whether a coordinator that leads hears enough members to lead. One that has heard fewer than half of them for long is
 * rather itself cut off than everybody else: it resigns, and expels nobody. Nodes that run maintainers report by
 * themselves; the others are asked when too few have, and are not silent before they were asked.
 *
 * <p>After "check quorum" in D. Ongaro, Consensus: Bridging Theory and Practice, 2014, section 6.2.
 */
final class QuorumCheck {
    private final NodeId self;
    private final Fleet fleet;
    private final CoordinatorConfig config;
    private final MembershipAuthority authority;
    /** After which a member is asked: early enough that it can answer before this coordinator resigns. */
    private final long quietMillis;

    private final Map<NodeId, Long> heardAt = new HashMap<>();
    /** Those that have been asked, and have said nothing since. */
    private final Set<NodeId> asked = new HashSet<>();

    private boolean hasBegun;
    private long pausedUntil = Long.MIN_VALUE;

    QuorumCheck(NodeId self, Fleet fleet, CoordinatorConfig config, MembershipAuthority authority) {
        this.self = self;
        this.fleet = fleet;
        this.config = config;
        this.authority = authority;
        this.quietMillis = Math.min(config.silenceMillis(), config.isolationMillis() / 2);
    }

    /** A member has said something. */
    void heard(NodeId node, long awakeMillis) {
        if (fleet.isAlive(node)) {
            heardAt.put(node, awakeMillis);
            asked.remove(node);
        }
    }

    /** Judges; O(members). Returns those that are to be asked, so that there is something to judge next time. */
    SortedSet<NodeId> check(long awakeMillis) {
        SortedSet<NodeId> alive = fleet.alive();
        heardAt.keySet().retainAll(alive);
        if (!hasBegun) {
            // Others had to answer once, which took as long as it took.
            heardAt.clear();
            hasBegun = true;
        }
        alive.forEach(node -> heardAt.putIfAbsent(node, awakeMillis));

        int enough = alive.size() - alive.size() / 2;
        SortedSet<NodeId> toAsk = within(quietMillis, awakeMillis) < enough ? quiet(awakeMillis) : new TreeSet<>();
        asked.retainAll(toAsk);
        for (NodeId node : toAsk) {
            if (asked.add(node)) {
                // It had no reason to say anything until now, however long that was.
                heardAt.merge(node, awakeMillis - quietMillis, Math::max);
            }
        }
        int heard = within(config.isolationMillis(), awakeMillis);
        if (heard < enough && awakeMillis >= pausedUntil) {
            pausedUntil = awakeMillis + config.isolationMillis();
            authority.resign("this coordinator has heard " + heard + " of " + alive.size() + " members within "
                    + config.isolationMillis() + " ms; it is rather itself that is cut off");
        }
        return toAsk;
    }

    private int within(long millis, long awakeMillis) {
        int heard = 0;
        for (NodeId node : fleet.alive()) {
            if (isHeard(node, millis, awakeMillis)) {
                heard++;
            }
        }
        return heard;
    }

    private boolean isHeard(NodeId node, long millis, long awakeMillis) {
        return node.equals(self) || awakeMillis - heardAt.getOrDefault(node, awakeMillis) < millis;
    }

    private SortedSet<NodeId> quiet(long awakeMillis) {
        SortedSet<NodeId> quiet = new TreeSet<>(fleet.alive());
        quiet.removeIf(node -> isHeard(node, quietMillis, awakeMillis));
        return quiet;
    }
}
