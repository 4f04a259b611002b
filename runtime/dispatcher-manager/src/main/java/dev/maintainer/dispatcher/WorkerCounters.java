package dev.maintainer.dispatcher;

import dev.maintainer.api.message.Disposition;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What became of everything that a worker was told. Written by the worker, readable from any thread. */
public final class WorkerCounters {
    /** What is counted: the kind of a message or signal, and how it ended. */
    public record Outcome(String kind, Disposition disposition) implements Comparable<Outcome> {
        private static final Comparator<Outcome> ORDER =
                Comparator.comparing(Outcome::kind).thenComparing(Outcome::disposition);

        @Override
        public int compareTo(Outcome other) {
            return ORDER.compare(this, other);
        }
    }

    private final ConcurrentHashMap<Outcome, LongAdder> counts = new ConcurrentHashMap<>();

    private final ConcurrentHashMap<String, LongAdder> faults = new ConcurrentHashMap<>();

    WorkerCounters() {}

    void count(String kind, Disposition disposition) {
        counts.computeIfAbsent(new Outcome(kind, disposition), key -> new LongAdder())
                .increment();
    }

    /** Counts a call into a dispatcher or its factory that threw; returns how many of these there are now. */
    long countFault(String call) {
        LongAdder adder = faults.computeIfAbsent(call, key -> new LongAdder());
        adder.increment();
        return adder.sum();
    }

    /** Calls into dispatchers and their factory that threw, by method; sorted. */
    public SortedMap<String, Long> faults() {
        SortedMap<String, Long> copy = new TreeMap<>();
        faults.forEach((call, adder) -> copy.put(call, adder.sum()));
        return copy;
    }

    /** How many messages of a kind ended in a disposition. */
    public long of(String kind, Disposition disposition) {
        LongAdder adder = counts.get(new Outcome(kind, disposition));
        return adder == null ? 0 : adder.sum();
    }

    /** A sorted copy of all counts. */
    public SortedMap<Outcome, Long> snapshot() {
        SortedMap<Outcome, Long> copy = new TreeMap<>();
        counts.forEach((outcome, adder) -> copy.put(outcome, adder.sum()));
        return copy;
    }

    /** The commands that were refused because they came from a former owner, by kind. */
    public SortedMap<String, Long> stale() {
        SortedMap<String, Long> copy = new TreeMap<>();
        counts.forEach((outcome, adder) -> {
            if (outcome.disposition() == Disposition.STALE) {
                copy.put(outcome.kind(), adder.sum());
            }
        });
        return copy;
    }
}
