package dev.maintainer.core.registry;

import dev.maintainer.api.model.DispatcherId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Remembers dispatchers that were removed on purpose, for a while: if they are reported later, they are orphans and
 * never adopted.
 */
public final class Tombstones {
    private record Entry(DispatcherId id, long expiresAt) {}

    private final long keepMillis;
    private final Set<DispatcherId> ids = new HashSet<>();
    private final Deque<Entry> byAge = new ArrayDeque<>();

    /** Keeps each entry for {@code keepMillis}. */
    public Tombstones(long keepMillis) {
        this.keepMillis = keepMillis;
    }

    /** Remembers a removal. */
    public void add(DispatcherId id, long nowMillis) {
        if (ids.add(id)) {
            byAge.addLast(new Entry(id, nowMillis + keepMillis));
        }
    }

    /** Whether a dispatcher was removed on purpose. */
    public boolean contains(DispatcherId id) {
        return ids.contains(id);
    }

    /** All of them, oldest first; for the audit. */
    public List<DispatcherId> ids() {
        return byAge.stream().map(Entry::id).toList();
    }

    /** Forgets what is too old. Costs what expires. */
    public void expire(long nowMillis) {
        while (!byAge.isEmpty() && byAge.peekFirst().expiresAt() <= nowMillis) {
            ids.remove(byAge.removeFirst().id());
        }
    }
}
