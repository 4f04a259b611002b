package dev.maintainer.transport.grpc;

import java.util.Collections;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What became of messages and sessions: names with a stem and a reason or a lane. Thread-safe. */
final class NetworkCounters {
    private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();

    void count(String what, Enum<?> of) {
        add(what, of, 1);
    }

    void add(String what, Enum<?> of, long more) {
        if (more != 0) {
            String name = what + " " + of.name().toLowerCase(Locale.ROOT);
            counts.computeIfAbsent(name, any -> new LongAdder()).add(more);
        }
    }

    SortedMap<String, Long> all() {
        SortedMap<String, Long> all = new TreeMap<>();
        counts.forEach((name, count) -> all.put(name, count.sum()));
        return Collections.unmodifiableSortedMap(all);
    }
}
