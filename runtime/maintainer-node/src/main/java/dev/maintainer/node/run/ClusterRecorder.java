package dev.maintainer.node.run;

import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.core.BarrierPhase;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.scheduling.planner.SchedulingView;
import dev.maintainer.replication.stream.WrittenWork;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Remembers what all maintainers of one changefeed did: who owns it, how far it is, and how each ownership ended. */
public final class ClusterRecorder {
    /** One ownership. Zero means "not yet". */
    static final class Ownership {
        final NodeId node;
        final long epoch;
        boolean running;
        long runningMillis;
        long runningCheckpoint;
        long quiescedMillis;
        long quiescedCheckpoint;
        long finalMillis;
        long finalCheckpoint;
        int begun;
        final List<FrozenOperator> frozen = new ArrayList<>();
        final SortedMap<String, Long> commandsAfterQuiesce = new TreeMap<>();

        @Nullable
        MaintainerView view;

        private Ownership(NodeId node, long epoch) {
            this.node = node;
            this.epoch = epoch;
        }
    }

    /**
     * Who owns the changefeed, as far as is known.
     *
     * @param running whether that maintainer has completed its bootstrap and is not being removed
     * @param view its latest view; null before the first
     */
    public record Owner(
            NodeId node,
            long epoch,
            boolean running,
            @Nullable MaintainerView view) {}

    private static final int MOST_CHANGES = 200;

    private final List<PlanningReport.Change> changes = new ArrayList<>();
    private final TreeMap<Long, Ownership> ownerships = new TreeMap<>();
    private final Set<DispatcherId> triggers = new HashSet<>();
    private final Set<DispatcherId> split = new HashSet<>();
    private final Set<DispatcherId> merged = new HashSet<>();
    private final SortedMap<TableId, MaintainerView.Parts> mostDivided = new TreeMap<>();

    private final BlockEventMeter blockEvents = new BlockEventMeter();

    private final int pipelines;
    private final LongSupplier clock;

    /**
     * A recorder that has seen nothing of a changefeed with so many pipelines.
     *
     * @param clock in milliseconds; of any origin, and thread-safe
     */
    public ClusterRecorder(int pipelines, LongSupplier clock) {
        this.pipelines = pipelines;
        this.clock = clock;
    }

    /** The observer for the maintainers of one node. */
    public MaintainerObserver forNode(NodeId node) {
        return new NodeObserver(node);
    }

    /** The newest ownership; empty before the first. */
    public synchronized Optional<Owner> owner() {
        return ownerships.isEmpty()
                ? Optional.empty()
                : Optional.of(owner(ownerships.lastEntry().getValue()));
    }

    /** The highest committed checkpoint of any ownership; a TSO, 0 if nothing is known. */
    public synchronized long checkpointTs() {
        long highest = 0;
        for (Ownership ownership : ownerships.values()) {
            MaintainerView view = ownership.view;
            highest = Math.max(highest, view == null ? 0 : view.checkpointTs());
        }
        return highest;
    }

    /**
     * The report of a handoff that is over.
     *
     * @param requestedMillis when it was asked for
     */
    public synchronized HandoffReport handoff(
            long oldEpoch, long newEpoch, long requestedMillis, SortedMap<String, Long> stale, long rowsAgain) {
        Ownership old = known(oldEpoch);
        Ownership successor = known(newEpoch);
        return new HandoffReport(
                old.node.value(),
                successor.node.value(),
                oldEpoch,
                newEpoch,
                Math.max(0, old.quiescedMillis - requestedMillis),
                Math.max(0, old.finalMillis - old.quiescedMillis),
                Math.max(0, successor.runningMillis - old.finalMillis),
                old.frozen.stream().map(ClusterRecorder::describe).toList(),
                old.quiescedCheckpoint,
                old.finalCheckpoint,
                successor.runningCheckpoint,
                old.commandsAfterQuiesce,
                stale,
                rowsAgain);
    }

    /** How planning went, over all owners. */
    public synchronized PlanningReport planning(List<String> swaps) {
        long[] sums = new long[6];
        String scheduler = "";
        List<PlanningReport.Shadow> shadows = new ArrayList<>();
        for (Ownership ownership : ownerships.values()) {
            MaintainerView view = ownership.view;
            if (view == null) {
                continue;
            }
            SchedulingView scheduling = view.scheduling();
            SchedulingView.Figures figures = scheduling.figures();
            sums[0] += figures.placed();
            sums[1] += figures.moved();
            sums[2] += figures.refused();
            sums[3] += figures.cut();
            sums[4] += figures.faults();
            sums[5] += figures.late();
            scheduler = scheduling.scheduler();
            if (scheduling.shadowFigures().rounds() > 0) {
                String shadow = scheduling.comparisons().isEmpty()
                        ? ""
                        : scheduling.comparisons().get(0).shadow();
                shadows.add(new PlanningReport.Shadow(
                        ownership.node.value(), ownership.epoch, scheduler, shadow, scheduling.shadowFigures()));
            }
        }
        return new PlanningReport(
                scheduler, sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], changes, swaps, shadows);
    }

    /**
     * How tables were split and merged, over all owners.
     *
     * @param names of tables
     * @param work of each node
     */
    public synchronized DivisionReport division(
            Function<TableId, String> names, SortedMap<NodeId, WrittenWork.Sum> work) {
        MaintainerView last = owner().map(Owner::view).orElse(null);
        SortedMap<String, DivisionReport.Table> tables = new TreeMap<>();
        mostDivided.forEach((table, most) -> {
            MaintainerView.Parts present = last == null ? null : last.divided().get(table);
            tables.put(
                    names.apply(table),
                    new DivisionReport.Table(most.count(), most.nodes(), present == null ? 1 : present.count()));
        });
        return new DivisionReport(split.size(), merged.size(), tables, work);
    }

    /** How long dispatchers waited at block events, over all owners. */
    public synchronized BlockEventReport blockEvents() {
        return blockEvents.report();
    }

    private Ownership known(long epoch) {
        Ownership ownership = ownerships.get(epoch);
        if (ownership == null) {
            throw new IllegalStateException("nothing was seen of epoch " + epoch);
        }
        return ownership;
    }

    private static Owner owner(Ownership ownership) {
        return new Owner(ownership.node, ownership.epoch, ownership.running, ownership.view);
    }

    /** For example "move CLOSING_ORIGIN of table 7, from n1 to n2, at 42". */
    static String describe(FrozenOperator operator) {
        String what = operator.type().name().toLowerCase(Locale.ROOT) + " " + operator.phase() + " of ";
        String way = (operator.origin() == null ? "" : " from " + operator.origin())
                + (operator.destination() == null ? "" : " to " + operator.destination());
        String where = way.isEmpty() ? "" : "," + way;
        return operator.span() == null
                ? what + "dispatcher " + operator.dispatcher() + " of a dropped table" + where
                : what + operator.span() + where + ", at " + operator.checkpointTs();
    }

    private final class NodeObserver implements MaintainerObserver {
        private final NodeId node;

        private NodeObserver(NodeId node) {
            this.node = node;
        }

        private Ownership of(MaintainerEpoch epoch) {
            return ownerships.computeIfAbsent(epoch.value(), value -> new Ownership(node, value));
        }

        @Override
        public void phaseChanged(ChangefeedId changefeed, MaintainerEpoch epoch, PhaseChange change) {
            synchronized (ClusterRecorder.this) {
                Ownership ownership = of(epoch);
                boolean runs = change.to() == LifecyclePhase.RUNNING;
                ownership.begun += runs ? 1 : 0;
                ownership.running = runs && ownership.begun == pipelines;
                if (ownership.running) {
                    ownership.runningMillis = change.nowMillis();
                }
                if (runs && !changefeed.isRedo()) {
                    ownership.runningCheckpoint = change.checkpointTs();
                }
            }
        }

        @Override
        public void quiesced(
                ChangefeedId changefeed, MaintainerEpoch epoch, int inFlight, long checkpointTs, long nowMillis) {
            synchronized (ClusterRecorder.this) {
                Ownership ownership = of(epoch);
                ownership.running = false;
                ownership.quiescedMillis = nowMillis;
                if (!changefeed.isRedo()) {
                    ownership.quiescedCheckpoint = checkpointTs;
                }
            }
        }

        @Override
        public void commandSent(ChangefeedId changefeed, MaintainerEpoch epoch, SentCommand sent) {
            synchronized (ClusterRecorder.this) {
                WorkerCommand command = sent.command();
                if (command instanceof WorkerCommand.Bootstrap bootstrap && bootstrap.trigger() != null) {
                    triggers.add(bootstrap.trigger());
                }
                boolean counts = !changefeed.isRedo();
                if (counts
                        && command instanceof WorkerCommand.RemoveDispatcher remove
                        && remove.intent() == OperatorType.SPLIT) {
                    split.add(remove.dispatcher());
                } else if (counts && command instanceof WorkerCommand.MergeDispatchers merge) {
                    merged.add(merge.target());
                }
                if (sent.quiesced()) {
                    boolean close = command instanceof WorkerCommand.RemoveDispatcher remove
                            && triggers.contains(remove.dispatcher());
                    of(epoch)
                            .commandsAfterQuiesce
                            .merge(close ? HandoffReport.TRIGGER_CLOSE : command.kind(), 1L, Long::sum);
                }
            }
        }

        @Override
        public void schedulerChanged(ChangefeedId changefeed, MaintainerEpoch epoch, SchedulerChange change) {
            synchronized (ClusterRecorder.this) {
                if (changes.size() < MOST_CHANGES) {
                    changes.add(new PlanningReport.Change(
                            node.value(), epoch.value(), change.scheduler(), change.condition(), change.why()));
                }
            }
        }

        @Override
        public void barrierAdvanced(
                ChangefeedId changefeed, MaintainerEpoch epoch, BlockEvent event, BarrierPhase phase, long ageMillis) {
            if (!changefeed.isRedo()) {
                synchronized (ClusterRecorder.this) {
                    blockEvents.advanced(event.key(), phase, clock.getAsLong());
                }
            }
        }

        @Override
        public void finalStatus(ChangefeedId changefeed, MaintainerEpoch epoch, FinalStatus word, long nowMillis) {
            synchronized (ClusterRecorder.this) {
                Ownership ownership = of(epoch);
                ownership.running = false;
                ownership.finalMillis = nowMillis;
                ownership.frozen.addAll(word.manifest().frozen());
                if (!changefeed.isRedo()) {
                    ownership.finalCheckpoint = word.checkpointTs();
                }
            }
        }

        @Override
        public void published(MaintainerView view) {
            if (view.changefeed().isRedo()) {
                return;
            }
            synchronized (ClusterRecorder.this) {
                of(view.epoch()).view = view;
                view.divided()
                        .forEach((table, parts) -> mostDivided.merge(
                                table,
                                parts,
                                (one, other) -> new MaintainerView.Parts(
                                        Math.max(one.count(), other.count()), Math.max(one.nodes(), other.nodes()))));
            }
        }
    }
}
