package dev.maintainer.simulator.world;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKey;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.core.BarrierPhase;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.MaintainerView;
import dev.maintainer.core.scheduling.planner.SchedulerCondition;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.timeline.Timeline;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Looks at everything that the maintainers of a changefeed do, and fails on what they must never do. */
final class ConductCheck {
    private static final int MOST_REPEATS_PER_SECOND = 6;
    private static final int MOST_PLANS_PER_SECOND = 100;

    /** All pipelines of an owner. */
    private record Maintainer(NodeId node, MaintainerEpoch epoch) {}

    private record PipelineOf(Maintainer maintainer, ReplicationMode mode) {}

    /** What a maintainer may say again, but not all the time. */
    private record Said(
            MaintainerEpoch epoch,
            ReplicationMode mode,
            NodeId to,
            String kind,
            @Nullable DispatcherId dispatcher) {}

    private record Ear(NodeId node, NodeId from) {}

    private static final class Repeats {
        long since;
        long heardBefore;
        int count;

        /** Counts one more; whether that is too much for a second. */
        boolean isMoreThan(long most, long now) {
            if (now - since > 1_000) {
                since = now;
                count = 0;
            }
            return ++count > most;
        }
    }

    private final Timeline timeline;
    private final Downstream downstream;
    private final DurableMetadata store;
    private final Set<Maintainer> quiesced = new HashSet<>();
    private final Set<PipelineOf> closed = new HashSet<>();
    private final Map<PipelineOf, LifecyclePhase> phases = new HashMap<>();
    private @Nullable Maintainer justClosed;
    private final boolean redo;
    private final Map<PipelineOf, DispatcherId> triggers = new HashMap<>();
    private final Map<Maintainer, Long> promised = new HashMap<>();
    private final Map<MaintainerEpoch, NodeId> actors = new HashMap<>();
    private final Map<MaintainerEpoch, NodeId> given = new HashMap<>();
    private final Map<MaintainerEpoch, Long> startedFrom = new HashMap<>();
    private final Map<Said, Repeats> repeats = new HashMap<>();
    private final Map<Ear, Long> heard = new HashMap<>();
    private final Map<PipelineOf, Repeats> plans = new HashMap<>();
    private final Map<NodeId, TreeMap<MaintainerEpoch, Long>> lastWords = new HashMap<>();
    /** No owner up to this one belongs to the present life of the changefeed. */
    private long rejectedUpTo;

    private long handoffs;
    private final Set<DispatcherId> divided = new HashSet<>();
    private long splits;
    private long merges;
    private long handoffsAmidDivision;
    /** The block events of each pipeline that are not over, and how far they are. */
    private final Map<PipelineOf, TreeMap<BlockKey, BarrierPhase>> barriers = new HashMap<>();

    private final EnumMap<BarrierPhase, Long> handoffsAmid = new EnumMap<>(BarrierPhase.class);
    private long handoffsAmidDrain;
    private final BooleanSupplier draining;
    private long planned;

    /** Checks from now on; {@code draining} says whether a node is being emptied. */
    ConductCheck(
            Timeline timeline, Downstream downstream, boolean redo, DurableMetadata store, BooleanSupplier draining) {
        this.redo = redo;
        this.draining = draining;
        this.timeline = timeline;
        this.downstream = downstream;
        this.store = store;
    }

    long handoffs() {
        return handoffs;
    }

    /** Handoffs with a split or a merge in flight. */
    long handoffsAmidDrain() {
        return handoffsAmidDrain;
    }

    /** How many handoffs began while a block event was in a phase. */
    long handoffsAmid(BarrierPhase phase) {
        return handoffsAmid.getOrDefault(phase, 0L);
    }

    long handoffsAmidDivision() {
        return handoffsAmidDivision;
    }

    /** Plans that decided something; each may have a line in the log. */
    long planned() {
        return planned;
    }

    long splits() {
        return splits;
    }

    long merges() {
        return merges;
    }

    /** A report reaches a host; it may be answered, so what is said again is not said without a reason. */
    void heard(NodeId node, NodeId from) {
        heard.merge(new Ear(node, from), 1L, Long::sum);
    }

    /** A host has taken an input to its end: of two pipelines, which have one life, none runs on when the other has closed. */
    void handled() {
        Maintainer maintainer = justClosed;
        justClosed = null;
        if (maintainer == null || !redo) {
            return;
        }
        for (ReplicationMode mode : ReplicationMode.values()) {
            LifecyclePhase phase = phases.getOrDefault(new PipelineOf(maintainer, mode), LifecyclePhase.BOOTSTRAPPING);
            if (phase != LifecyclePhase.REMOVING && phase != LifecyclePhase.CLOSED) {
                throw new Violation(
                        Invariant.SILENT_AFTER_CLOSE,
                        "one pipeline of " + maintainer + " has closed, and the other, " + mode + ", is " + phase);
            }
        }
    }

    /** A host is about to be told to run a maintainer. */
    void added(NodeId coordinator, NodeId to, CoordinatorRequest.AddMaintainer add) {
        long durableEpoch = store.read(add.changefeed())
                .map(metadata -> metadata.epoch().value())
                .orElse(Long.MAX_VALUE);
        if (add.epoch().value() > durableEpoch) {
            throw new Violation(
                    Invariant.EPOCH_DURABLE_FIRST,
                    "epoch " + add.epoch() + " is given to " + to + ", and only " + durableEpoch + " is durable");
        }
        NodeId other = given.putIfAbsent(add.epoch(), to);
        if (other != null && !other.equals(to)) {
            throw new Violation(
                    Invariant.ONE_OWNER_PER_EPOCH, "epoch " + add.epoch() + " is given to " + other + " and to " + to);
        }
        lastWords.getOrDefault(coordinator, new TreeMap<>()).forEach((epoch, checkpointTs) -> {
            if (add.epoch().isNewerThan(epoch) && add.checkpointTs() < checkpointTs) {
                throw new Violation(
                        Invariant.CHECKPOINT_MONOTONIC,
                        "epoch " + add.epoch() + " begins at " + add.checkpointTs() + ", and the last word of " + epoch
                                + " was " + checkpointTs);
            }
        });
        downstream.ownerBegins(add.epoch(), add.membershipVersion());
        startedFrom.merge(add.epoch(), add.checkpointTs(), Math::min);
    }

    /** A maintainer is about to say how far it is. */
    void promise(NodeId from, MaintainerStatus status) {
        Maintainer maintainer = new Maintainer(from, status.epoch());
        long checkpointTs = status.checkpointTs();
        if (checkpointTs == 0) {
            return;
        }
        Long before = promised.put(maintainer, checkpointTs);
        long least = before != null ? before : startedFrom.getOrDefault(status.epoch(), 0L);
        if (least > checkpointTs) {
            throw new Violation(
                    Invariant.CHECKPOINT_MONOTONIC,
                    "checkpoint of " + maintainer + " goes back from " + least + ": " + status);
        }
        downstream.checkPromise(checkpointTs, maintainer.toString());
        if (status.finalStatus() != null) {
            checkAllClosed(maintainer);
        }
        if (status.finalStatus() != null && status.finalStatus().checkpointTs() != 0) {
            downstream.checkPromise(status.finalStatus().checkpointTs(), "the last word of " + maintainer);
        }
    }

    private void checkAllClosed(Maintainer maintainer) {
        boolean all =
                isClosed(maintainer, ReplicationMode.DEFAULT) && (!redo || isClosed(maintainer, ReplicationMode.REDO));
        if (!all) {
            throw new Violation(
                    Invariant.SILENT_AFTER_CLOSE,
                    maintainer + " says its last word, and only these pipelines have closed: " + closed);
        }
    }

    private boolean isClosed(Maintainer maintainer, ReplicationMode mode) {
        return closed.contains(new PipelineOf(maintainer, mode));
    }

    /** Looks at what a node does, and hands on how its maintainers look. */
    MaintainerObserver of(NodeId node, ViewTaker views) {
        return new MaintainerObserver() {
            @Override
            public void phaseChanged(ChangefeedId changefeed, MaintainerEpoch epoch, PhaseChange change) {
                timeline.tell(() -> "maintainer of " + changefeed + " on " + node + ", epoch " + epoch + ": "
                        + change.from() + " -> " + change.to() + " at checkpoint " + change.checkpointTs());
                Maintainer maintainer = new Maintainer(node, epoch);
                phases.put(new PipelineOf(maintainer, changefeed.mode()), change.to());
                if (change.to() == LifecyclePhase.CLOSED) {
                    closed.add(new PipelineOf(maintainer, changefeed.mode()));
                    justClosed = maintainer;
                }
            }

            @Override
            public void quiesced(
                    ChangefeedId changefeed, MaintainerEpoch epoch, int inFlight, long checkpointTs, long nowMillis) {
                timeline.tell(() -> "maintainer of " + changefeed + " on " + node + ", epoch " + epoch
                        + " is quiesced with "
                        + inFlight + " operators in flight");
                quiesced.add(new Maintainer(node, epoch));
                if (changefeed.isRedo()) {
                    return;
                }
                handoffs++;
                EnumSet<BarrierPhase> amid = EnumSet.noneOf(BarrierPhase.class);
                amid.addAll(barriers.getOrDefault(
                                new PipelineOf(new Maintainer(node, epoch), changefeed.mode()), new TreeMap<>())
                        .values());
                amid.forEach(phase -> handoffsAmid.merge(phase, 1L, Long::sum));
                handoffsAmidDrain += draining.getAsBoolean() ? 1 : 0;
            }

            @Override
            public void barrierAdvanced(
                    ChangefeedId changefeed,
                    MaintainerEpoch epoch,
                    BlockEvent event,
                    BarrierPhase phase,
                    long ageMillis) {
                TreeMap<BlockKey, BarrierPhase> open = barriers.computeIfAbsent(
                        new PipelineOf(new Maintainer(node, epoch), changefeed.mode()), key -> new TreeMap<>());
                if (phase == BarrierPhase.DONE) {
                    open.remove(event.key());
                } else {
                    open.put(event.key(), phase);
                }
            }

            @Override
            public void finalStatus(ChangefeedId changefeed, MaintainerEpoch epoch, FinalStatus word, long nowMillis) {
                boolean divides = !changefeed.isRedo()
                        && word.manifest().frozen().stream()
                                .anyMatch(
                                        each -> each.type() == OperatorType.SPLIT || each.type() == OperatorType.MERGE);
                handoffsAmidDivision += divides ? 1 : 0;
            }

            @Override
            public void commandSent(ChangefeedId changefeed, MaintainerEpoch epoch, SentCommand sent) {
                look(new Maintainer(node, epoch), sent);
            }

            @Override
            public void commandSuppressed(
                    ChangefeedId changefeed, MaintainerEpoch epoch, LifecyclePhase phase, WorkerCommand command) {
                throw new Violation(
                        Invariant.NOTHING_FOR_THE_GATE,
                        "the gate of node " + node + " stopped " + command + " in " + phase);
            }

            @Override
            public void planned(
                    ChangefeedId changefeed,
                    MaintainerEpoch epoch,
                    long round,
                    int admitted,
                    int refused,
                    String reason) {
                plannedRound(new PipelineOf(new Maintainer(node, epoch), changefeed.mode()), reason);
            }

            @Override
            public void schedulerChanged(ChangefeedId changefeed, MaintainerEpoch epoch, SchedulerChange change) {
                views.schedulerChanged(changefeed, epoch, change.condition());
            }

            @Override
            public void published(MaintainerView view) {
                views.published(view);
            }
        };
    }

    /** Takes what a maintainer says of itself. */
    interface ViewTaker {
        void published(MaintainerView view);

        void schedulerChanged(ChangefeedId changefeed, MaintainerEpoch epoch, SchedulerCondition condition);
    }

    private void look(Maintainer maintainer, MaintainerObserver.SentCommand sent) {
        WorkerCommand command = sent.command();
        NodeId to = sent.to();
        PipelineOf pipeline = new PipelineOf(maintainer, command.changefeed().mode());
        boolean acknowledges = command instanceof WorkerCommand.AcknowledgeBlockStatus
                || command instanceof WorkerCommand.AcknowledgeBarrierReport;
        if (!acknowledges) {
            timeline.tell(() -> maintainer.node() + " (epoch " + maintainer.epoch()
                    + (command.changefeed().isRedo() ? ", redo" : "") + ") tells " + to + ": " + describe(command));
        }
        NodeId actor = actors.putIfAbsent(maintainer.epoch(), maintainer.node());
        if (actor != null && !actor.equals(maintainer.node())) {
            throw new Violation(
                    Invariant.ONE_OWNER_PER_EPOCH,
                    "two maintainers act under epoch " + maintainer.epoch() + ": " + List.of(actor, maintainer.node()));
        }
        checkRepeats(maintainer, command, to);
        if (command instanceof WorkerCommand.Bootstrap bootstrap && bootstrap.trigger() != null) {
            triggers.put(pipeline, bootstrap.trigger());
        }
        if (closed.contains(pipeline)) {
            throw new Violation(
                    Invariant.SILENT_AFTER_CLOSE, maintainer + " has closed and says " + command + " to " + to);
        }
        boolean closesTrigger = command instanceof WorkerCommand.RemoveDispatcher remove
                && remove.dispatcher().equals(triggers.get(pipeline));
        boolean allowed = closesTrigger || command instanceof WorkerCommand.CloseChangefeed;
        if ((sent.quiesced() || quiesced.contains(maintainer) || sent.phase() == LifecyclePhase.REMOVING) && !allowed) {
            throw new Violation(
                    Invariant.QUIET_AFTER_QUIESCE, maintainer + " is quiesced and says " + command + " to " + to);
        }
    }

    private void plannedRound(PipelineOf pipeline, String reason) {
        planned++;
        if (quiesced.contains(pipeline.maintainer())) {
            throw new Violation(Invariant.QUIET_AFTER_QUIESCE, pipeline + " is quiesced and plans: " + reason);
        }
        Repeats rounds = plans.computeIfAbsent(pipeline, key -> new Repeats());
        if (rounds.isMoreThan(MOST_PLANS_PER_SECOND, timeline.now())) {
            throw new Violation(
                    Invariant.NO_BUSY_LOOP,
                    pipeline + " has planned " + rounds.count + " times in a second: " + reason);
        }
    }

    /** A node begins to coordinate, perhaps not for the first time: what it knew before is lost unless it is durable. */
    void coordinates(NodeId node) {
        lastWords.remove(node);
    }

    /** A coordinator has made up its mind about a last word. */
    void accepted(NodeId coordinator, NodeId from, MaintainerEpoch epoch, FinalStatus finalStatus) {
        Maintainer maintainer = new Maintainer(from, epoch);
        Long said = promised.get(maintainer);
        if (finalStatus.checkpointTs() == 0 && said != null && isClosed(maintainer, ReplicationMode.DEFAULT)) {
            throw new Violation(
                    Invariant.CHECKPOINT_MONOTONIC, "the last word of " + maintainer + ", " + said + ", is lost");
        }
        if (epoch.value() <= rejectedUpTo) {
            // Of a life that was deleted: a coordinator that has not heard of that yet binds nobody.
            return;
        }
        lastWords
                .computeIfAbsent(coordinator, id -> new TreeMap<>())
                .merge(epoch, finalStatus.checkpointTs(), Math::max);
    }

    /** The changefeed is gone; another one of that name begins where it wants. */
    void deleted() {
        lastWords.clear();
        for (Maintainer maintainer : promised.keySet()) {
            rejectedUpTo = Math.max(rejectedUpTo, maintainer.epoch().value());
        }
    }

    /** A coordinator is about to say that it has a last word. */
    void acknowledged(NodeId coordinator, NodeId to, CoordinatorRequest.AcknowledgeFinalStatus acknowledged) {
        long lastWord = lastWords.getOrDefault(coordinator, new TreeMap<>()).getOrDefault(acknowledged.epoch(), 0L);
        long pausedAt = promised.getOrDefault(new Maintainer(to, acknowledged.epoch()), 0L);
        store.read(acknowledged.changefeed()).ifPresent(metadata -> {
            boolean paused =
                    metadata.state() == DesiredState.PAUSE && metadata.epoch().equals(acknowledged.epoch());
            long said = paused ? Math.max(lastWord, pausedAt) : lastWord;
            if (metadata.checkpointTs() < said) {
                throw new Violation(
                        Invariant.CHECKPOINT_MONOTONIC,
                        "the last word of epoch " + acknowledged.epoch() + ", " + said
                                + ", is acknowledged and not durable: " + metadata);
            }
        });
    }

    private void checkRepeats(Maintainer maintainer, WorkerCommand command, NodeId to) {
        DispatcherId dispatcher = null;
        if (command instanceof WorkerCommand.CreateDispatcher create) {
            dispatcher = create.dispatcher();
        } else if (command instanceof WorkerCommand.RemoveDispatcher remove) {
            dispatcher = remove.dispatcher();
            if (remove.intent() == OperatorType.SPLIT && divided.add(dispatcher)) {
                splits++;
            }
        } else if (command instanceof WorkerCommand.MergeDispatchers merge) {
            dispatcher = merge.target();
            if (divided.add(dispatcher)) {
                merges++;
            }
        } else if (command instanceof WorkerCommand.AcknowledgeBlockStatus
                || command instanceof WorkerCommand.AcknowledgeBarrierReport) {
            return;
        }
        Repeats said = repeats.computeIfAbsent(
                new Said(maintainer.epoch(), command.changefeed().mode(), to, kindOf(command), dispatcher),
                key -> new Repeats());
        long heardSoFar = heard.getOrDefault(new Ear(maintainer.node(), to), 0L);
        if (timeline.now() - said.since > 1_000) {
            said.heardBefore = heardSoFar;
        }
        long answers = heardSoFar - said.heardBefore;
        if (said.isMoreThan(MOST_REPEATS_PER_SECOND + answers, timeline.now())) {
            throw new Violation(
                    Invariant.NO_BUSY_LOOP,
                    maintainer + " said " + said.count + " times in a second to " + to + ": " + describe(command));
        }
    }

    private static String kindOf(WorkerCommand command) {
        return command instanceof WorkerCommand.ResolveBarrier resolve ? describe(resolve) : command.kind();
    }

    private static String describe(WorkerCommand command) {
        if (command instanceof WorkerCommand.ResolveBarrier resolve) {
            return resolve.action() + " " + resolve.event() + ", attempt " + resolve.attempt();
        }
        if (command instanceof WorkerCommand.CreateDispatcher create) {
            return create.intent() + " create "
                    + Long.toHexString(create.dispatcher().high() & 0xFFFF) + "-"
                    + create.dispatcher().low() + " of " + create.span() + " from " + create.startTs();
        }
        if (command instanceof WorkerCommand.RemoveDispatcher remove) {
            return remove.intent() + " remove "
                    + Long.toHexString(remove.dispatcher().high() & 0xFFFF) + "-"
                    + remove.dispatcher().low();
        }
        if (command instanceof WorkerCommand.MergeDispatchers merge) {
            return "merge " + merge.sources().stream().map(DispatcherId::low).toList() + " into "
                    + Long.toHexString(merge.target().high() & 0xFFFF) + "-"
                    + merge.target().low();
        }
        return command.kind();
    }
}
