package dev.maintainer.coordinator;

import dev.maintainer.api.message.Disposition;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What became of everything that a coordinator was told, per status or request. Readable from any thread. */
public final class CoordinatorCounters {
    private final ConcurrentHashMap<String, LongAdder> counts = new ConcurrentHashMap<>();

    CoordinatorCounters() {}

    void count(String kind, Disposition disposition) {
        counts.computeIfAbsent(kind + " " + disposition, key -> new LongAdder()).increment();
    }

    /**
     * {@return how many of a kind ended in a disposition; 0 if none}
     *
     * @param kind of an input, as {@link #snapshot} names it
     * @param disposition how they ended
     */
    public long of(String kind, Disposition disposition) {
        LongAdder adder = counts.get(kind + " " + disposition);
        return adder == null ? 0 : adder.sum();
    }

    /** {@return a sorted copy of all counts, by "kind disposition"; what never happened is not in it} */
    public SortedMap<String, Long> snapshot() {
        SortedMap<String, Long> copy = new TreeMap<>();
        counts.forEach((key, adder) -> copy.put(key, adder.sum()));
        return copy;
    }
}
