package dev.maintainer.transport.grpc;

import dev.maintainer.api.message.Message;
import dev.maintainer.runtime.peer.NetworkStatistics.Event;
import java.util.Collections;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What became of messages and sessions: a stem, a reason or a lane, and the kind of the message if it is known. Thread-safe. */
final class NetworkCounters {
    private final Map<Event, LongAdder> counts = new ConcurrentHashMap<>();

    void count(String what, Enum<?> of) {
        add(what, of, "", 1);
    }

    void count(String what, Enum<?> of, Message message) {
        add(what, of, message.kind(), 1);
    }

    void count(String what, Enum<?> of, String kind) {
        add(what, of, kind, 1);
    }

    void add(String what, Enum<?> of, long more) {
        add(what, of, "", more);
    }

    private void add(String what, Enum<?> of, String kind, long more) {
        if (more != 0) {
            Event event = new Event(what, of.name().toLowerCase(Locale.ROOT), kind);
            counts.computeIfAbsent(event, any -> new LongAdder()).add(more);
        }
    }

    Map<Event, Long> events() {
        Map<Event, Long> all = new HashMap<>();
        counts.forEach((event, count) -> all.put(event, count.sum()));
        return all;
    }

    /** Of all kinds together. */
    SortedMap<String, Long> all() {
        SortedMap<String, Long> all = new TreeMap<>();
        events().forEach((event, count) -> all.merge(event.what() + " " + event.of(), count, Long::sum));
        return Collections.unmodifiableSortedMap(all);
    }
}
