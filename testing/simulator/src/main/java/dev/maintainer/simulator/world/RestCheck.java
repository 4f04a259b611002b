package dev.maintainer.simulator.world;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.coordinator.DrainView;
import dev.maintainer.coordinator.PlacementPhase;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a world looks like when it is at rest: one owner, each table covered once, the checkpoint follows; or nothing. */
final class RestCheck {
    private static final long BARRIER_MILLIS = 10_000;

    private final SimulatedCluster cluster;

    RestCheck(SimulatedCluster cluster) {
        this.cluster = cluster;
    }

    /** What is not yet as it should be; null if all is well. */
    @Nullable
    String unsettled() {
        String control = cluster.control().unsettled();
        if (control != null) {
            return control;
        }
        for (SimulatedNode node : cluster.members()) {
            if (node.heardVersion() < cluster.control().membershipVersion()) {
                return "node " + node.id() + " has not heard of the present members";
            }
        }
        for (SimulatedNode node : cluster.members()) {
            if (!node.drain().equals(cluster.leader().drain().target())) {
                return "node " + node.id() + " follows " + node.drain() + ", the coordinator says "
                        + cluster.leader().drain().target();
            }
        }
        for (SimulatedChangefeed changefeed : cluster.changefeeds()) {
            String unsettled = unsettled(changefeed);
            if (unsettled != null) {
                return unsettled;
            }
        }
        return null;
    }

    private @Nullable String unsettled(SimulatedChangefeed changefeed) {
        if (!changefeed.isWanted()) {
            return unsettledGone(changefeed);
        }
        if (changefeed.willBeResumed()) {
            return "somebody is going to resume the changefeed";
        }
        return changefeed.isPaused() ? unsettledPaused(changefeed) : unsettledRunning(changefeed);
    }

    private @Nullable String running(SimulatedChangefeed changefeed) {
        for (SimulatedNode node : cluster.all()) {
            if (node.maintainer(changefeed.id()) != null) {
                return "a maintainer runs on " + node.id();
            }
        }
        List<SimulatedDispatcher> writers = changefeed.writers();
        return writers.isEmpty() ? null : "dispatchers run: " + writers;
    }

    private @Nullable String unsettledGone(SimulatedChangefeed changefeed) {
        String running = running(changefeed);
        if (running != null) {
            return running;
        }
        return changefeed.metadata().isPresent() ? "the metadata are there: " + changefeed.metadata() : null;
    }

    private @Nullable String unsettledPaused(SimulatedChangefeed changefeed) {
        Optional<ChangefeedView> placement = cluster.leader().view(changefeed.id());
        if (placement.isEmpty() || placement.get().phase() != PlacementPhase.PAUSED) {
            return "the coordinator says " + placement + ", and it shall be paused";
        }
        String running = running(changefeed);
        if (running != null) {
            return running;
        }
        return changefeed.metadata().isEmpty() ? "the metadata are gone" : null;
    }

    private @Nullable String unsettledRunning(SimulatedChangefeed changefeed) {
        Optional<ChangefeedView> placement = cluster.leader().view(changefeed.id());
        if (placement.isEmpty() || placement.get().phase() != PlacementPhase.RUNNING) {
            return "the coordinator says " + placement;
        }
        ChangefeedId redoLog = changefeed.id().in(ReplicationMode.REDO);
        MaintainerView running = null;
        MaintainerView redo = null;
        for (SimulatedNode node : cluster.all()) {
            MaintainerView view = node.maintainer(changefeed.id());
            if (view != null) {
                if (running != null) {
                    return "two maintainers run: " + running + " and " + view;
                }
                running = view;
                redo = node.maintainer(redoLog);
                if (!node.id().equals(placement.get().owner())) {
                    return "the maintainer runs on " + node.id() + ", the coordinator says " + placement;
                }
            }
        }
        DrainView drain = cluster.leader().drain();
        boolean settled = drain.state() == DrainView.State.NONE || drain.state() == DrainView.State.DRAINED;
        if (cluster.isRebalanceSuspended()) {
            return "nodes may be uneven because of a join, or of " + drain.describe();
        }
        if (!settled) {
            return "a drain does not end: " + drain.describe();
        }
        String main = unsettledPipeline(running, changefeed.id(), changefeed);
        if (main == null && running != null) {
            main = stuckBarrier(changefeed.id());
        } else if (main != null && running != null) {
            main += cluster.all().stream()
                    .map(node -> node.barriers(changefeed.id()))
                    .filter(barriers -> !barriers.isEmpty())
                    .map(barriers -> "; barriers: " + barriers)
                    .collect(Collectors.joining());
        }
        if (main != null || !changefeed.keepsRedo()) {
            return main;
        }
        long promisedTs = changefeed.promises().resolvedTs();
        return cluster.timeline().now() - promisedTs > 3_000
                ? "the redo log promises only " + promisedTs + ": " + redo
                : unsettledPipeline(redo, redoLog, changefeed);
    }

    /** Events come all the time, and none stays. */
    private @Nullable String stuckBarrier(ChangefeedId changefeed) {
        return cluster.all().stream()
                .filter(node -> node.maintainer(changefeed) != null)
                .flatMap(node -> node.barriers(changefeed).stream())
                .filter(barrier -> barrier.ageMillis() > BARRIER_MILLIS)
                .map(barrier -> "a barrier is stuck: " + barrier)
                .findFirst()
                .orElse(null);
    }

    private @Nullable String unsettledPipeline(
            @Nullable MaintainerView running, ChangefeedId pipeline, SimulatedChangefeed changefeed) {
        if (running == null || running.phase() != LifecyclePhase.RUNNING) {
            return "no maintainer runs: " + running;
        }
        if (running.operatorsInFlight() > 0 || running.absent() > 0) {
            return "something is under way: " + running;
        }
        SchedulingView scheduling = running.scheduling();
        boolean stays = scheduling.scheduler().equals(Planners.FICKLE)
                ? scheduling.condition() == SchedulerCondition.DEGRADED
                : scheduling.condition() == SchedulerCondition.HEALTHY;
        if (!stays || scheduling.trial() != null) {
            // It will have a good round again, and then move what it could not move before.
            return "the scheduler is " + scheduling.condition() + ": " + running;
        }
        if (scheduling.scheduler().equals(Planners.BALANCE_SPLITS)
                && !running.divided().isEmpty()) {
            return "no table is busy, and these are in parts: " + running.divided();
        }
        return unsettledTables(running, changefeed.sinkOf(pipeline), changefeed);
    }

    private @Nullable String unsettledTables(MaintainerView running, Downstream sink, SimulatedChangefeed changefeed) {
        List<TableId> live = changefeed.upstream().liveTables();
        int spans = 0;
        for (TableId table : live) {
            List<SimulatedDispatcher> dispatchers = sink.of(table).stream()
                    .sorted(Comparator.comparing(SimulatedDispatcher::span))
                    .toList();
            SpanBound reached = SpanBound.LOWEST;
            boolean well = true;
            for (SimulatedDispatcher dispatcher : dispatchers) {
                well &= dispatcher.isWorking() && dispatcher.node().isUp();
                well &= dispatcher.span().start().equals(reached);
                reached = dispatcher.span().end();
            }
            if (!well || !reached.equals(SpanBound.HIGHEST)) {
                return "table " + table + " has the dispatchers " + dispatchers;
            }
            spans += dispatchers.size();
        }
        if (running.spans() != spans) {
            return "there are " + spans + " dispatchers, the maintainer has " + running;
        }
        if (sink.written().size() != live.size()) {
            List<TableId> dropped = new ArrayList<>(sink.written());
            dropped.removeAll(live);
            return "dropped tables have dispatchers: " + sink.of(dropped.get(0));
        }
        long checkpointTs =
                changefeed.metadata().map(ChangefeedMetadata::checkpointTs).orElse(0L);
        return cluster.timeline().now() - checkpointTs > 3_000
                ? "the durable checkpoint is " + checkpointTs + ": " + running
                : null;
    }
}
