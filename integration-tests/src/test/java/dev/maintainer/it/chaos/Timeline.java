package dev.maintainer.it.chaos;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/** Virtual time, chance, and the story so far: all that a run depends on. */
final class Timeline {
    private static final int REMEMBERED = 400;

    private record Entry(long at, long order, Runnable action) implements Comparable<Entry> {
        @Override
        public int compareTo(Entry other) {
            int byTime = Long.compare(at, other.at);
            return byTime != 0 ? byTime : Long.compare(order, other.order);
        }
    }

    private final SplittableRandom random;
    private final boolean telling;
    private final PriorityQueue<Entry> entries = new PriorityQueue<>();
    private final Deque<String> story = new ArrayDeque<>();
    private long now = 10_000;
    private long order;

    Timeline(long seed, boolean telling) {
        this.random = new SplittableRandom(seed);
        this.telling = telling;
    }

    long now() {
        return now;
    }

    void in(long delay, Runnable action) {
        at(now + delay, action);
    }

    void at(long time, Runnable action) {
        entries.add(new Entry(Math.max(now, time), order++, action));
    }

    void runUntil(long time) {
        for (Entry next = entries.peek(); next != null && next.at() <= time; next = entries.peek()) {
            entries.poll();
            now = next.at();
            next.action().run();
        }
        now = time;
    }

    int pending() {
        return entries.size();
    }

    /** From 0 to {@code bound - 1}. */
    int below(int bound) {
        return random.nextInt(bound);
    }

    boolean chance(double probability) {
        return random.nextDouble() < probability;
    }

    /** Remembers an event for the story of a failure; costs nothing in a run that nobody watches. */
    void tell(Supplier<String> event) {
        if (telling) {
            story.addLast(now + "  " + event.get());
            if (story.size() > REMEMBERED) {
                story.removeFirst();
            }
        }
    }

    List<String> story() {
        return new ArrayList<>(story);
    }
}
