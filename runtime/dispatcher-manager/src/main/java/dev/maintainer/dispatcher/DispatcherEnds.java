package dev.maintainer.dispatcher;

import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The ends of the dispatchers of one changefeed here: each is told, and what it was about is forgotten. */
final class DispatcherEnds {
    private final DispatcherSet dispatchers;
    private final DispatcherHosting hosting;
    private final HeartbeatAssembler heartbeats;
    private final RequestJournal journal;
    private final BlockStatusOutbox blockStatuses;
    /**
     * What ended unasked, or could not begin, until the owner removes it: its final report may get lost, and nobody may
     * pass it by.
     */
    private final Map<DispatcherId, DispatcherStatus> unacknowledgedEnds = new LinkedHashMap<>();

    DispatcherEnds(
            DispatcherSet dispatchers,
            DispatcherHosting hosting,
            HeartbeatAssembler heartbeats,
            RequestJournal journal,
            BlockStatusOutbox blockStatuses) {
        this.dispatchers = dispatchers;
        this.hosting = hosting;
        this.heartbeats = heartbeats;
        this.journal = journal;
        this.blockStatuses = blockStatuses;
    }

    /** The dispatcher will surely never write again. */
    void ended(HostedDispatcher hosted) {
        DispatcherStatus last = hosted.finalStatus();
        heartbeats.changed(last);
        if (!hosted.isClosing()) {
            unacknowledgedEnds.put(hosted.id(), last);
        }
        heartbeats.errors().gone(hosted.id());
        if (dispatchers.isTrigger(hosted.id())) {
            blockStatuses.clear();
        }
        hosting.remove(hosted.id());
        journal.finish(hosted.id());
    }

    /** A source of a merge that was given up could not begin again. */
    void didNotReturn(DispatcherStatus last) {
        unacknowledgedEnds.put(last.dispatcher(), last);
        heartbeats.changed(last);
    }

    /** A dispatcher could not begin, which has been told, and nothing of it is here. */
    void neverBegan(DispatcherId id) {
        unacknowledgedEnds.put(id, new DispatcherStatus(id, ComponentState.REMOVED, 0));
    }

    /** The final report of a dispatcher that the owner has not removed; null if there is none. */
    @Nullable
    DispatcherStatus of(DispatcherId id) {
        return unacknowledgedEnds.get(id);
    }

    /** The owner knows, or wants another one in its place. */
    void acknowledged(DispatcherId id) {
        unacknowledgedEnds.remove(id);
    }

    /** Somebody new listens, who sees what runs, and so what does not. */
    void clear() {
        unacknowledgedEnds.clear();
    }

    /** All that are repeated. */
    Map<DispatcherId, DispatcherStatus> unacknowledged() {
        return Collections.unmodifiableMap(unacknowledgedEnds);
    }
}
