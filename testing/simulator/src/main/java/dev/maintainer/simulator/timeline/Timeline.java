package dev.maintainer.simulator.timeline;

import dev.maintainer.core.journal.RecordCodec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Virtual time, chance, the trace, and the story so far: all that a run depends on. */
public final class Timeline {
    private static final int REMEMBERED = 2_000;
    private static final ThreadLocal<RecordCodec> CODEC = ThreadLocal.withInitial(RecordCodec::new);

    private record Entry(long at, long order, Runnable action) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final long seed;
    private final SplittableRandom random;
    private final boolean telling;
    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private final Deque<String> story = new ArrayDeque<>();
    private long now = 10_000;
    private long order;
    private long hash = 0x9E3779B97F4A7C15L;
    private final RecordCodec codec = CODEC.get();

    public Timeline(long seed, boolean telling) {
        this.seed = seed;
        this.random = new SplittableRandom(seed);
        this.telling = telling;
    }

    public long now() {
        return now;
    }

    public void in(long delay, Runnable action) {
        at(now + delay, action);
    }

    public void at(long time, Runnable action) {
        entries.add(new Entry(Math.max(now, time), order++, action));
    }

    public void runUntil(long time) {
        for (Entry next = entries.peek(); next != null && next.at() <= time; next = entries.peek()) {
            entries.poll();
            now = next.at();
            next.action().run();
        }
        now = time;
    }

    public int pending() {
        return entries.size();
    }

    /** Chance of its own for something that not all worlds have, so that the others are not changed by it. */
    public SplittableRandom chanceOf(String what) {
        return new SplittableRandom(mix(seed + what.hashCode()));
    }

    /** From 0 to {@code bound - 1}. */
    public int below(int bound) {
        return random.nextInt(bound);
    }

    public boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** Something happened that two runs of one seed must have in common, at this place of the order. */
    public void trace(long what) {
        hash = mix(mix(hash ^ now) ^ what);
    }

    /** The same for something with a structure. */
    public void trace(Object what) {
        trace(codec.digest(0, what));
    }

    /** Knows the structure of everything that is traced. */
    public RecordCodec codec() {
        return codec;
    }

    /** Over all that was traced. */
    public long hash() {
        return hash;
    }

    /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
    private static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** Remembers an event for the story of a failure; costs nothing in a run that nobody watches. */
    public void tell(Supplier<String> event) {
        if (telling) {
            story.addLast(now + "  " + event.get());
            if (story.size() > REMEMBERED) {
                story.removeFirst();
            }
        }
    }

    public List<String> story() {
        return new ArrayList<>(story);
    }
}
