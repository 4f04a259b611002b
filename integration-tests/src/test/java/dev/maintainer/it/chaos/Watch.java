package dev.maintainer.it.chaos;

import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.core.MaintainerView;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Looks at everything that maintainers do, and fails on what they must never do. */
final class Watch {
    private record Maintainer(NodeId node, MaintainerEpoch epoch) {}

    private final Timeline timeline;
    private final Downstream downstream;
    private final Set<Maintainer> quiesced = new HashSet<>();
    private final Set<Maintainer> closed = new HashSet<>();
    private final Map<Maintainer, DispatcherId> triggers = new HashMap<>();
    private final Map<Maintainer, Long> promised = new HashMap<>();
    private final Map<MaintainerEpoch, NodeId> actors = new HashMap<>();
    private long handoffs;

    Watch(Timeline timeline, Downstream downstream) {
        this.timeline = timeline;
        this.downstream = downstream;
    }

    long handoffs() {
        return handoffs;
    }

    /** What a node says to its coordinator. */
    void report(NodeId from, Message message) {
        if (message instanceof CoordinatorReport.MaintainerHeartbeat heartbeat) {
            heartbeat.maintainers().forEach(status -> promise(from, status));
        } else if (message instanceof CoordinatorReport.HostSnapshot snapshot) {
            snapshot.maintainers().forEach(status -> promise(from, status));
        }
    }

    private void promise(NodeId from, MaintainerStatus status) {
        Maintainer maintainer = new Maintainer(from, status.epoch());
        long checkpointTs = status.checkpointTs();
        if (checkpointTs == 0) {
            return;
        }
        Long before = promised.put(maintainer, checkpointTs);
        if (before != null && before > checkpointTs) {
            throw new AssertionError("checkpoint of " + maintainer + " goes back from " + before + ": " + status);
        }
        downstream.checkPromise(checkpointTs, maintainer.toString());
        if (status.finalWord() != null && status.finalWord().checkpointTs() != 0) {
            downstream.checkPromise(status.finalWord().checkpointTs(), "the last word of " + maintainer);
        }
    }

    MaintainerObserver of(ChaosNodeName name, ViewTaker views) {
        return new MaintainerObserver() {
            @Override
            public void phaseChanged(
                    ChangefeedId changefeed,
                    MaintainerEpoch epoch,
                    LifecyclePhase from,
                    LifecyclePhase to,
                    long checkpointTs,
                    long nowMillis) {
                timeline.tell(() -> "maintainer on " + name.id() + ", epoch " + epoch + ": " + from + " -> " + to
                        + " at checkpoint " + checkpointTs);
                if (to == LifecyclePhase.CLOSED) {
                    closed.add(new Maintainer(name.id(), epoch));
                }
            }

            @Override
            public void quiesced(
                    ChangefeedId changefeed,
                    MaintainerEpoch epoch,
                    HandoffManifest manifest,
                    long checkpointTs,
                    long nowMillis) {
                timeline.tell(() -> "maintainer on " + name.id() + ", epoch " + epoch + " is quiesced with "
                        + manifest.frozen().size() + " operators in flight");
                quiesced.add(new Maintainer(name.id(), epoch));
                handoffs++;
            }

            @Override
            public void commandSent(
                    ChangefeedId changefeed,
                    MaintainerEpoch epoch,
                    LifecyclePhase phase,
                    boolean isQuiesced,
                    WorkerCommand command,
                    NodeId to) {
                sent(new Maintainer(name.id(), epoch), phase, isQuiesced, command, to);
            }

            @Override
            public void commandSuppressed(
                    ChangefeedId changefeed, MaintainerEpoch epoch, LifecyclePhase phase, WorkerCommand command) {
                throw new AssertionError("the gate of node " + name.id() + " stopped " + command + " in " + phase);
            }

            @Override
            public void published(MaintainerView view) {
                views.take(view);
            }
        };
    }

    /** The name of a node that is not made yet. */
    interface ChaosNodeName {
        NodeId id();
    }

    /** Takes what a maintainer publishes. */
    interface ViewTaker {
        void take(MaintainerView view);
    }

    private void sent(
            Maintainer maintainer, LifecyclePhase phase, boolean isQuiesced, WorkerCommand command, NodeId to) {
        if (!(command instanceof WorkerCommand.AcknowledgeBlockStatus)) {
            timeline.tell(() ->
                    maintainer.node() + " (epoch " + maintainer.epoch() + ") tells " + to + ": " + describe(command));
        }
        NodeId actor = actors.putIfAbsent(maintainer.epoch(), maintainer.node());
        if (actor != null && !actor.equals(maintainer.node())) {
            throw new AssertionError(
                    "two maintainers act under epoch " + maintainer.epoch() + ": " + List.of(actor, maintainer.node()));
        }
        if (command instanceof WorkerCommand.Bootstrap && phase == LifecyclePhase.BOOTSTRAPPING) {
            downstream.asked(maintainer.epoch(), to);
        }
        if (command instanceof WorkerCommand.Bootstrap bootstrap && bootstrap.trigger() != null) {
            triggers.put(maintainer, bootstrap.trigger());
        }
        if (closed.contains(maintainer)) {
            throw new AssertionError(maintainer + " has closed and says " + command + " to " + to);
        }
        boolean closesTrigger = command instanceof WorkerCommand.RemoveDispatcher remove
                && remove.dispatcher().equals(triggers.get(maintainer));
        boolean allowed = closesTrigger || command instanceof WorkerCommand.CloseChangefeed;
        if ((isQuiesced || quiesced.contains(maintainer) || phase == LifecyclePhase.REMOVING) && !allowed) {
            throw new AssertionError(maintainer + " is quiesced and says " + command + " to " + to);
        }
    }

    private static String describe(WorkerCommand command) {
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
        return command.kind();
    }
}
