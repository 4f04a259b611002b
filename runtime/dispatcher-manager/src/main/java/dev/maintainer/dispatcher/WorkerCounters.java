package dev.maintainer.dispatcher;

import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.model.ChangefeedId;
import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What became of everything that a worker was told. Written by the worker, readable from any thread. */
public final class WorkerCounters {
    /**
     * What is counted: the kind of a message or signal, and how it ended.
     *
     * @param kind of a command, as {@code kind()} names it, or of a signal
     * @param disposition how it ended
     */
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

    private final ConcurrentHashMap<ChangefeedId, Map<HostedState, Integer>> hosted = new ConcurrentHashMap<>();

    /** Nothing has been counted. */
    public WorkerCounters() {}

    /** What was counted of a changefeed with its last heartbeat. */
    void hosts(ChangefeedId changefeed, Map<HostedState, Integer> states) {
        hosted.put(changefeed, states);
    }

    /** Nothing of a changefeed is here any more. */
    void hostsNoMore(ChangefeedId changefeed) {
        hosted.remove(changefeed);
    }

    /**
     * {@return how many dispatchers are here by state, of all changefeeds, the DDL triggers among them; as of the last heartbeat
     * of each} Costs the changefeeds.
     */
    public SortedMap<HostedState, Long> dispatchers() {
        SortedMap<HostedState, Long> sum = new TreeMap<>();
        hosted.values().forEach(states -> states.forEach((state, count) -> sum.merge(state, (long) count, Long::sum)));
        return sum;
    }

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

    /**
     * {@return how many calls into dispatchers and their factory threw, by method; a sorted copy, without methods that
     * never did}
     */
    public SortedMap<String, Long> faults() {
        SortedMap<String, Long> copy = new TreeMap<>();
        faults.forEach((call, adder) -> copy.put(call, adder.sum()));
        return copy;
    }

    /**
     * {@return how many messages of a kind ended in a disposition; 0 if none}
     *
     * @param kind as {@link Outcome#kind} names it
     * @param disposition how they ended
     */
    public long of(String kind, Disposition disposition) {
        LongAdder adder = counts.get(new Outcome(kind, disposition));
        return adder == null ? 0 : adder.sum();
    }

    /** {@return a sorted copy of all counts; what never happened is not in it} */
    public SortedMap<Outcome, Long> snapshot() {
        SortedMap<Outcome, Long> copy = new TreeMap<>();
        counts.forEach((outcome, adder) -> copy.put(outcome, adder.sum()));
        return copy;
    }

    /** {@return how many commands were refused because they came from a former owner, by kind; a sorted copy} */
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
