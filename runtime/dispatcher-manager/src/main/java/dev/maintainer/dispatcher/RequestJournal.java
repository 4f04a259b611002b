package dev.maintainer.dispatcher;

import dev.maintainer.api.message.JournalEntry;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Requests that were accepted and are not finished, so that a successor learns what was meant. At most one per
 * dispatcher. A create is finished within the step that accepts it, so at rest only removals are here.
 */
final class RequestJournal {
    private record Request(MaintainerEpoch epoch, JournalEntry entry) {}

    private final Map<DispatcherId, Request> requests = new LinkedHashMap<>();

    void open(MaintainerEpoch epoch, JournalEntry entry) {
        requests.put(entry.dispatcher(), new Request(epoch, entry));
    }

    void finish(DispatcherId dispatcher) {
        requests.remove(dispatcher);
    }

    /** Whom the requests are about. */
    Collection<DispatcherId> dispatchers() {
        return requests.keySet();
    }

    /**
     * What the owner with {@code epoch} needs to know: its own requests, and of former owners the removals of
     * dispatchers that it can see.
     */
    List<JournalEntry> entriesFor(MaintainerEpoch epoch, Predicate<DispatcherId> visible) {
        List<JournalEntry> entries = new ArrayList<>();
        for (Request request : requests.values()) {
            JournalEntry entry = request.entry;
            boolean own = request.epoch.equals(epoch);
            if (own || (entry.kind() == JournalEntry.Kind.REMOVE && visible.test(entry.dispatcher()))) {
                entries.add(entry);
            }
        }
        return entries;
    }
}
