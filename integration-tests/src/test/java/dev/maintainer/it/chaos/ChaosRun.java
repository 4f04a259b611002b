package dev.maintainer.it.chaos;

import java.util.List;

/** One world: a while of faults, then peace, then a look at what is left. */
final class ChaosRun {
    private static final long CALM_AT_LATEST = 60_000;
    private static final long REST = 3_000;
    private static final long LEASE = 3_000;
    private static final int MOST_NODES = 7;

    private final long seed;
    private final Timeline timeline;
    private final ChaosCluster cluster;
    private final double rate;
    private long settledAfter;
    private double messagesPerSecond;

    ChaosRun(long seed, boolean telling) {
        this.seed = seed;
        this.timeline = new Timeline(seed, telling);
        this.cluster = new ChaosCluster(timeline, 2 + timeline.below(4), 2 + timeline.below(12));
        this.rate = 0.3 + timeline.below(20) / 10.0;
    }

    /** Runs to the end; throws if anything is not as it must be. */
    void run() {
        timeline.runUntil(timeline.now() + timeline.below(3_000));
        long end = timeline.now() + 8_000 + timeline.below(20_000);
        while (timeline.now() < end) {
            timeline.runUntil(timeline.now() + 1 + timeline.below((int) (2_000 / rate)));
            fault();
            checkQueues();
        }
        if (timeline.chance(0.1)) {
            cluster.remove();
        }
        peace();
        calm();
        rest();
    }

    private void fault() {
        List<ChaosNode> members = cluster.members();
        ChaosNode node = members.get(timeline.below(members.size()));
        ChaosNode other = members.get(timeline.below(members.size()));
        int what = timeline.below(100);
        if (what < 35) {
            cluster.upstream().change();
        } else if (what < 55) {
            cluster.move(node.id());
            if (timeline.chance(0.5)) {
                timeline.in(timeline.below(1_500), () -> cluster.move(other.id()));
            }
        } else if (what < 63) {
            pause(node);
        } else if (what < 70 && members.size() > 2) {
            cluster.kill(node);
        } else if (what < 76 && members.size() > 2) {
            cluster.drop(node);
        } else if (what < 84 && members.size() < MOST_NODES) {
            cluster.join();
        } else if (what < 92) {
            boolean overlaps = timeline.chance(0.3);
            cluster.replaceLeader(overlaps ? 0 : timeline.below(2_000), overlaps ? timeline.below(2_000) : 0);
        } else {
            cluster.network().cut(node.id(), other.id(), timeline.below(5_000));
            if (timeline.chance(0.5)) {
                cluster.network().cut(other.id(), node.id(), timeline.below(5_000));
            }
        }
    }

    private void pause(ChaosNode node) {
        if (node.isPaused()) {
            return;
        }
        long millis = timeline.chance(0.5) ? timeline.below(1_000) : timeline.below(6_000);
        node.pause(millis, timeline.chance(0.5));
        if (millis > LEASE && cluster.members().size() > 2) {
            timeline.in(LEASE, () -> cluster.drop(node));
        }
    }

    private void peace() {
        timeline.tell(() -> "---- peace ----");
        cluster.faults().end();
        cluster.network().heal();
    }

    private void calm() {
        long from = timeline.now();
        long goodSince = -1;
        String unsettled = "nothing was looked at";
        while (timeline.now() - from < CALM_AT_LATEST) {
            timeline.runUntil(timeline.now() + 500);
            unsettled = cluster.unsettled();
            if (unsettled != null) {
                goodSince = -1;
            } else if (goodSince < 0) {
                goodSince = timeline.now();
            } else if (timeline.now() - goodSince >= REST) {
                settledAfter = goodSince - from;
                return;
            }
        }
        throw new AssertionError("not settled " + CALM_AT_LATEST + " ms after the last fault: " + unsettled);
    }

    private void rest() {
        cluster.network().takeSent();
        timeline.runUntil(timeline.now() + REST);
        String unsettled = cluster.unsettled();
        if (unsettled != null) {
            throw new AssertionError("settled, and then not any more: " + unsettled);
        }
        messagesPerSecond = cluster.network().takeSent() * 1_000.0 / REST;
        int members = cluster.members().size();
        if (messagesPerSecond > 8 * members + 30) {
            throw new AssertionError(messagesPerSecond + " messages per second at rest, on " + members + " nodes");
        }
        checkQueues();
    }

    private void checkQueues() {
        if (timeline.pending() > 20_000) {
            throw new AssertionError(timeline.pending() + " events are under way");
        }
        for (ChaosNode node : cluster.all()) {
            if (node.waiting() > 10_000) {
                throw new AssertionError(node.waiting() + " inputs wait for " + node.id());
            }
        }
    }

    long seed() {
        return seed;
    }

    ChaosCluster cluster() {
        return cluster;
    }

    Timeline timeline() {
        return timeline;
    }

    long settledAfter() {
        return settledAfter;
    }

    double messagesPerSecond() {
        return messagesPerSecond;
    }
}
