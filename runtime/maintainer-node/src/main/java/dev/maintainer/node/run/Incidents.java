package dev.maintainer.node.run;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.cluster.embedded.EmbeddedCluster;
import dev.maintainer.coordinator.DrainView;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.stream.WrittenWork;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What happens to the cluster of a run besides replicating: handoffs, kills, joins, drains, and schedulers that are swapped. Used by
 * one thread.
 */
final class Incidents {
    private static final long ASK_AGAIN_MILLIS = 500;

    private final EmbeddedCluster cluster;
    private final ChangefeedId changefeed;
    private final ClusterRecorder recorder;
    private final Sink sink;
    private final RunOptions options;
    private final Consumer<String> told;
    private final SplittableRandom random;
    private final List<HandoffReport> handoffs = new ArrayList<>();
    private final List<String> killed = new ArrayList<>();
    private final List<String> joined = new ArrayList<>();
    private final List<DrainReport> drains = new ArrayList<>();
    private final List<String> swaps = new ArrayList<>();
    private int swapped;

    /** Something that was started and has not completed. */
    record Pending(String name, BooleanSupplier completed) {}

    /**
     * Nothing has happened yet.
     *
     * @param told hears of what happens, for people
     */
    Incidents(
            EmbeddedCluster cluster,
            ChangefeedId changefeed,
            ClusterRecorder recorder,
            Sink sink,
            RunOptions options,
            Consumer<String> told) {
        this.cluster = cluster;
        this.changefeed = changefeed;
        this.recorder = recorder;
        this.sink = sink;
        this.options = options;
        this.told = told;
        this.random = new SplittableRandom(options.seed() ^ 0x5DEECE66DL);
    }

    List<HandoffReport> handoffs() {
        return handoffs;
    }

    List<String> killed() {
        return killed;
    }

    List<String> joined() {
        return joined;
    }

    List<DrainReport> drains() {
        return drains;
    }

    /** What became of schedulers that were selected. */
    List<String> swaps() {
        return swaps;
    }

    /** Begins something; it is to be waited for before the next. */
    Pending begin(RunAction action) throws InterruptedException {
        ClusterRecorder.Owner owner = owner();
        return switch (action) {
            case HANDOFF -> beginHandoff(owner);
            case KILL -> {
                NodeId victim = pick(cluster.liveNodes());
                killed.add(victim.value());
                told.accept("node " + victim + " killed"
                        + (victim.equals(owner.node()) ? ", with the maintainer, epoch " + owner.epoch() : ""));
                cluster.kill(victim);
                yield new Pending(
                        "the death of " + victim + " to be overcome",
                        () -> !cluster.isMember(victim) && isSettled() && !hosts(victim));
            }
            case JOIN -> {
                NodeId node = cluster.join();
                joined.add(node.value());
                told.accept("node " + node + " joins");
                yield new Pending("node " + node + " to join", () -> cluster.isMember(node));
            }
            case DRAIN -> beginDrain(owner);
            case SWAP -> beginSwap(owner);
        };
    }

    private Pending beginDrain(ClusterRecorder.Owner owner) {
        NodeId node = pick(cluster.liveNodes());
        MaintainerView view = owner.view();
        int spans = view == null ? 0 : view.dispatchersByNode().getOrDefault(node, 0);
        boolean maintainer = node.equals(owner.node());
        told.accept("node " + node + " is drained" + (maintainer ? ", with the maintainer" : ""));
        Drain drain = new Drain(node, maintainer, spans, RunDriver.now());
        return new Pending("the drain of " + node, drain);
    }

    /** Asks until it is accepted, waits until the node is empty, and stops it. */
    private final class Drain implements BooleanSupplier {
        private final NodeId node;
        private final boolean maintainer;
        private final int spans;
        private final long begun;
        private long number;
        private long askedAt = Long.MIN_VALUE / 2;
        private boolean stopped;

        Drain(NodeId node, boolean maintainer, int spans, long begun) {
            this.node = node;
            this.maintainer = maintainer;
            this.spans = spans;
            this.begun = begun;
        }

        @Override
        public boolean getAsBoolean() {
            if (stopped) {
                return !cluster.isMember(node) && isSettled();
            }
            DrainView drain = cluster.drainView();
            if (!drain.target().is(node)) {
                if (RunDriver.now() - askedAt > ASK_AGAIN_MILLIS) {
                    askedAt = RunDriver.now();
                    number = cluster.drain(node);
                }
                return false;
            }
            if (drain.state() == DrainView.State.DRAINED && drain.answers().containsKey(number)) {
                DrainReport report = new DrainReport(
                        node.value(), drain.target().epoch(), maintainer, spans, RunDriver.now() - begun);
                drains.add(report);
                told.accept(report.line());
                stopped = true;
                stop();
            }
            return false;
        }

        private void stop() {
            try {
                cluster.leave(node);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private Pending beginSwap(ClusterRecorder.Owner owner) {
        String name = options.planning().swaps().get(swapped++);
        long number = cluster.command(owner.node(), changefeed, new SchedulerCommand.Select(name));
        told.accept("scheduler '" + name + "' selected");
        return new Pending("scheduler '" + name + "' to have its first round", () -> {
            Optional<SchedulingView.Request> answer = recorder.owner()
                    .map(ClusterRecorder.Owner::view)
                    .flatMap(view -> view.scheduling().requests().stream()
                            .filter(request -> request.number() == number
                                    && request.state() != SchedulingView.Request.State.PENDING)
                            .findFirst());
            answer.ifPresent(request -> {
                String what =
                        (request.state() == SchedulingView.Request.State.DONE ? "" : "REFUSED: ") + request.message();
                swaps.add(what);
                told.accept(what);
            });
            return answer.isPresent();
        });
    }

    private Pending beginHandoff(ClusterRecorder.Owner old) {
        List<NodeId> targets = cluster.liveNodes().stream()
                .filter(node -> !node.equals(old.node()))
                .toList();
        NodeId target = pick(targets);
        long requested = RunDriver.now();
        SortedMap<String, Long> staleBefore = stale();
        long rowsBefore = sink.rowsAppliedAgain();
        cluster.handoff(changefeed, target);
        long[] askedAt = {requested};
        return new Pending("the handoff from " + old.node() + " to " + target, () -> {
            ClusterRecorder.Owner present = owner();
            // The coordinator refuses while it has not yet heard that the last owner runs, so it is asked again.
            if (present.epoch() == old.epoch()
                    && present.running()
                    && RunDriver.now() - askedAt[0] > ASK_AGAIN_MILLIS) {
                askedAt[0] = RunDriver.now();
                cluster.handoff(changefeed, target);
            }
            boolean done = present.epoch() > old.epoch() && present.running() && present.view() != null;
            if (done) {
                SortedMap<String, Long> stale = stale();
                staleBefore.forEach((kind, count) -> stale.merge(kind, -count, Long::sum));
                stale.values().removeIf(count -> count == 0);
                HandoffReport report = recorder.handoff(
                        old.epoch(), present.epoch(), requested, stale, sink.rowsAppliedAgain() - rowsBefore);
                handoffs.add(report);
                told.accept("maintainer handed over from " + report.from() + " to " + report.to() + " in "
                        + report.totalMillis() + " ms");
            }
            return done;
        });
    }

    /** The owner runs on a live node, and no table waits for a place. */
    boolean isSettled() {
        return recorder.owner()
                .filter(owner -> owner.running() && cluster.liveNodes().contains(owner.node()))
                .map(ClusterRecorder.Owner::view)
                .filter(view -> view.absent() == 0)
                .isPresent();
    }

    private boolean hosts(NodeId node) {
        return recorder.owner()
                .map(ClusterRecorder.Owner::view)
                .filter(view -> view.dispatchersByNode().getOrDefault(node, 0) > 0)
                .isPresent();
    }

    private ClusterRecorder.Owner owner() {
        return recorder.owner().orElseThrow(() -> new IllegalStateException("a changefeed always keeps an owner"));
    }

    private SortedMap<String, Long> stale() {
        return new TreeMap<>(cluster.staleMessages());
    }

    private NodeId pick(List<NodeId> nodes) {
        return nodes.get(random.nextInt(nodes.size()));
    }

    /** Without nodes that died or were stopped: they would make the others look busy. */
    SortedMap<NodeId, WrittenWork.Sum> living(SortedMap<NodeId, WrittenWork.Sum> sums) {
        sums.keySet()
                .removeIf(node -> killed.contains(node.value())
                        || drains.stream().anyMatch(drain -> drain.node().equals(node.value())));
        return sums;
    }
}
