package dev.maintainer.simulator.world;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.Membership;
import dev.maintainer.coordinator.CoordinatorConfig;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import java.util.HashMap;
import java.util.Map;

/** Whom one coordinator hears: it gives up when these are too few, and only then. */
final class HearingCheck {
    /** A member is asked when it has been quiet for a while, and has some time to answer. */
    private static final long TO_ASK_MILLIS = 5_000;
    /** It looks twice a second. */
    private static final long SLACK_MILLIS = 2_000;
    /** Whoever has been asked for less is not silent yet. */
    private static final long TO_ANSWER_MILLIS = 1_000;

    private final NodeId self;
    private final long isolationMillis;
    private final long startMillis;
    private final Map<NodeId, Long> heardAt = new HashMap<>();
    /** When a member was asked first since it was heard. */
    private final Map<NodeId, Long> askedAt = new HashMap<>();
    /** When a member was asked for the first time. */
    private final Map<NodeId, Long> firstAskedAt = new HashMap<>();

    private long version;
    private long leadsSince = -1;
    private long peaceSince = -1;
    /** When it has last heard as many as it needs. */
    private long enoughAt;

    /** {@code self} needs no words to hear itself, if it is a member. */
    HearingCheck(NodeId self, CoordinatorConfig config) {
        this.self = self;
        this.isolationMillis = config.isolationMillis();
        this.startMillis = config.startMillis();
    }

    /** It hears of the members. */
    void members(Membership membership, long nowMillis) {
        if (membership.version() > version) {
            version = membership.version();
            heardAt.keySet().retainAll(membership.alive());
            askedAt.keySet().retainAll(membership.alive());
            membership.alive().forEach(node -> heardAt.putIfAbsent(node, nowMillis));
        }
    }

    /** It hears a member. */
    void heard(NodeId node, long nowMillis) {
        heardAt.computeIfPresent(node, (known, before) -> nowMillis);
        askedAt.remove(node);
    }

    /** It asks a member to say something. */
    void asked(NodeId node, long nowMillis) {
        askedAt.putIfAbsent(node, nowMillis);
        firstAskedAt.putIfAbsent(node, nowMillis);
    }

    /** It leads still, with all links in order or not. */
    void leads(long nowMillis, boolean isPeaceful) {
        if (leadsSince < 0) {
            leadsSince = nowMillis;
        }
        if (isPeaceful && peaceSince < 0) {
            peaceSince = nowMillis;
        }
        long patience = isolationMillis + SLACK_MILLIS;
        if (heardWithin(TO_ASK_MILLIS, nowMillis) * 2 >= heardAt.size()) {
            enoughAt = nowMillis;
        }
        if (nowMillis - leadsSince > patience
                && nowMillis - enoughAt > patience - isolationMillis / 2
                && heardWithin(patience, nowMillis) * 2 < heardAt.size()) {
            throw new Violation(
                    Invariant.LEADER_HEARS_MEMBERS,
                    "leads on at " + nowMillis + ", and has heard its members last at " + heardAt);
        }
    }

    /** Its process stands still: what is said meanwhile is heard later. */
    void stoodStill() {
        leadsSince = -1;
        peaceSince = -1;
    }

    /**
     * It wants to begin, and does without a member that is alive and has not answered. Such a one answers soon after other
     * words, or has been asked for twice as long as it may be silent.
     */
    void expelled(NodeId node, long nowMillis) {
        Long heard = heardAt.get(node);
        long asked = nowMillis - firstAskedAt.getOrDefault(node, nowMillis);
        if (heard != null && nowMillis - heard < SLACK_MILLIS && asked < 2 * startMillis) {
            throw new Violation(
                    Invariant.EXPELLED_WAS_SILENT,
                    "node " + node + " is expelled at " + nowMillis + ", and was heard at " + heard);
        }
    }

    /** It gives up. */
    void resigns(long nowMillis) {
        boolean isPeaceful = peaceSince >= 0 && nowMillis - peaceSince > isolationMillis;
        long notSilent = heardAt.keySet().stream()
                .filter(node -> isHeard(node, TO_ASK_MILLIS, nowMillis)
                        || nowMillis - askedAt.getOrDefault(node, nowMillis) < TO_ANSWER_MILLIS)
                .count();
        if (leadsSince >= 0 && (isPeaceful || notSilent * 2 >= heardAt.size())) {
            throw new Violation(
                    Invariant.LEADER_HEARS_MEMBERS,
                    "resigns at " + nowMillis + (isPeaceful ? " in peace" : "") + ", and has heard its members last at "
                            + heardAt);
        }
    }

    private long heardWithin(long millis, long nowMillis) {
        return heardAt.keySet().stream()
                .filter(node -> isHeard(node, millis, nowMillis))
                .count();
    }

    private boolean isHeard(NodeId node, long millis, long nowMillis) {
        return node.equals(self) || nowMillis - heardAt.getOrDefault(node, Long.MIN_VALUE / 2) < millis;
    }
}
