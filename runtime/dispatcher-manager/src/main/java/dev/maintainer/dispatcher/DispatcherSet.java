package dev.maintainer.dispatcher;

import dev.maintainer.api.dispatcher.TriggerDispatcher;
import dev.maintainer.api.message.DispatcherSnapshot;
import dev.maintainer.api.model.DispatcherId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The dispatchers of one changefeed on this node, in order of creation; at most one of them is the DDL trigger. */
final class DispatcherSet {
    /** The DDL trigger dispatcher, seen as what it is. */
    record Trigger(HostedDispatcher hosted, TriggerDispatcher dispatcher, long startTs) {
        DispatcherId id() {
            return hosted.id();
        }
    }

    private final Map<DispatcherId, HostedDispatcher> all = new LinkedHashMap<>();
    private @Nullable Trigger trigger;

    void add(HostedDispatcher dispatcher) {
        all.put(dispatcher.id(), dispatcher);
    }

    void addTrigger(HostedDispatcher hosted, TriggerDispatcher dispatcher, long startTs) {
        add(hosted);
        trigger = new Trigger(hosted, dispatcher, startTs);
    }

    void remove(DispatcherId id) {
        all.remove(id);
        if (isTrigger(id)) {
            trigger = null;
        }
    }

    @Nullable
    HostedDispatcher get(DispatcherId id) {
        return all.get(id);
    }

    @Nullable
    Trigger trigger() {
        return trigger;
    }

    /** The trigger if it has this id and is not on its way out. */
    @Nullable
    Trigger livingTrigger(DispatcherId id) {
        Trigger candidate = trigger;
        return candidate != null
                        && candidate.id().equals(id)
                        && !candidate.hosted().isClosing()
                ? candidate
                : null;
    }

    boolean isTrigger(DispatcherId id) {
        return trigger != null && trigger.id().equals(id);
    }

    boolean isEmpty() {
        return all.isEmpty();
    }

    Collection<HostedDispatcher> values() {
        return Collections.unmodifiableCollection(all.values());
    }

    /** Where the trigger really started; 0 without one. */
    long triggerStartTs() {
        return trigger == null ? 0 : trigger.startTs();
    }

    /** All but the trigger, also what is closing and has not stopped. */
    List<DispatcherSnapshot> snapshot() {
        List<DispatcherSnapshot> snapshot = new ArrayList<>(all.size());
        for (HostedDispatcher dispatcher : all.values()) {
            if (!isTrigger(dispatcher.id())) {
                snapshot.add(dispatcher.snapshot());
            }
        }
        return snapshot;
    }

    /** All of them by the id under which they are kept; broken by the tests of the audit. */
    Map<DispatcherId, HostedDispatcher> byId() {
        return all;
    }
}
