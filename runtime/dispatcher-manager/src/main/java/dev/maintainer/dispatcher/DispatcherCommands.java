package dev.maintainer.dispatcher;

import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.WriteBound;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.JournalEntry;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;

/**
 * The requests of operators of the present owner: create, remove, merge. Each is answered by a status, also if nothing had to
 * be done.
 */
final class DispatcherCommands {
    private final OwnerFence fence;
    private final DispatcherSet dispatchers;
    private final DispatcherHosting hosting;
    private final HeartbeatAssembler heartbeats;
    private final RequestJournal journal;
    private final Merges merges;
    private final DispatcherEnds ends;
    private final TriggerCommands trigger;
    private final WriteBound released;
    /** The highest request of the present owner. */
    private long executed;

    DispatcherCommands(
            OwnerFence fence,
            DispatcherSet dispatchers,
            DispatcherHosting hosting,
            HeartbeatAssembler heartbeats,
            RequestJournal journal,
            Merges merges,
            DispatcherEnds ends,
            TriggerCommands trigger,
            WriteBound released) {
        this.fence = fence;
        this.dispatchers = dispatchers;
        this.hosting = hosting;
        this.heartbeats = heartbeats;
        this.journal = journal;
        this.merges = merges;
        this.ends = ends;
        this.trigger = trigger;
        this.released = released;
    }

    /** The highest request of the present owner that was executed; 0 if none was. */
    long executed() {
        return executed;
    }

    /** A new owner counts its requests from 1. */
    void restart() {
        executed = 0;
        merges.restart();
    }

    Disposition create(WorkerCommand.CreateDispatcher create, boolean closing) {
        executed = Math.max(executed, create.request());
        HostedDispatcher present = dispatchers.get(create.dispatcher());
        if (present != null) {
            return present.isClosing() ? Disposition.REFUSED : Disposition.DUPLICATE;
        }
        if (closing || merges.isTarget(create.dispatcher())) {
            return Disposition.REFUSED;
        }
        if (ends.of(create.dispatcher()) != null) {
            // It may be the repetition of a create whose dispatcher has ended since: one that nobody would know of.
            heartbeats.changed(new DispatcherStatus(create.dispatcher(), ComponentState.REMOVED, 0));
            return Disposition.REFUSED;
        }
        DispatcherSpec spec = new DispatcherSpec(
                create.changefeed(),
                create.epoch(),
                create.dispatcher(),
                create.span(),
                create.schema(),
                create.startTs(),
                create.partial(),
                released);
        journal.open(
                create.epoch(),
                new JournalEntry(
                        JournalEntry.Kind.CREATE,
                        create.dispatcher(),
                        create.span(),
                        create.schema(),
                        create.startTs(),
                        create.intent()));
        boolean created = hosting.create(spec);
        if (!created && dispatchers.get(create.dispatcher()) == null) {
            ends.neverBegan(create.dispatcher());
        }
        journal.finish(create.dispatcher());
        return created ? Disposition.APPLIED : Disposition.REFUSED;
    }

    Disposition remove(WorkerCommand.RemoveDispatcher remove, boolean closing) {
        executed = Math.max(executed, remove.request());
        DispatcherId id = remove.dispatcher();
        heartbeats.errors().over(id);
        if (merges.isTarget(id) || merges.owns(id)) {
            merges.giveUp(id, fence.epoch(), closing, "dispatcher " + id + " is removed");
        }
        ends.acknowledged(id);
        HostedDispatcher present = dispatchers.get(id);
        if (present == null) {
            // It may be the target of a merge that has not arrived yet.
            merges.refuseUpTo(remove.request());
            heartbeats.changed(new DispatcherStatus(id, merges.endOf(id, remove.intent()), 0));
            return Disposition.APPLIED;
        }
        DispatcherSpec spec = present.spec();
        journal.open(
                remove.epoch(),
                new JournalEntry(JournalEntry.Kind.REMOVE, id, spec.span(), spec.schema(), 0, remove.intent()));
        if (dispatchers.isTrigger(id)) {
            trigger.removed(remove.epoch());
        }
        if (present.isClosing()) {
            merges.doNotReturn(id);
            return Disposition.DUPLICATE;
        }
        if (hosting.askToEnd(present)) {
            ends.ended(present);
        }
        return Disposition.APPLIED;
    }

    /** Answered by a status of the target in any case. */
    Disposition merge(WorkerCommand.MergeDispatchers merge, boolean closing) {
        executed = Math.max(executed, merge.request());
        merges.heard(merge.request());
        DispatcherId target = merge.target();
        HostedDispatcher present = dispatchers.get(target);
        if (present != null) {
            if (present.isWorking() && !present.isClosing()) {
                heartbeats.changed(present.status());
            }
            return Disposition.DUPLICATE;
        }
        if (merges.isTarget(target)) {
            return Disposition.DUPLICATE;
        }
        DispatcherStatus last = ends.of(target);
        if (last != null) {
            heartbeats.changed(last);
            return Disposition.DUPLICATE;
        }
        if (merges.hasCommitted(target)) {
            heartbeats.changed(new DispatcherStatus(target, ComponentState.STOPPED, 0));
            return Disposition.DUPLICATE;
        }
        if (closing || merges.obstacle(merge).isPresent()) {
            // Whoever asked takes this for the end of the merge, so no repetition may begin it.
            merges.refuseUpTo(merge.request());
            heartbeats.changed(new DispatcherStatus(target, ComponentState.REMOVED, 0));
            return Disposition.REFUSED;
        }
        merges.begin(merge, fence.epoch());
        return Disposition.APPLIED;
    }
}
