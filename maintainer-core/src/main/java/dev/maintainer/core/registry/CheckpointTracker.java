package dev.maintainer.core.registry;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A multiset of checkpoints with the minimum at hand: O(1) to read, O(log d) to change, where d is the number of
 * distinct values. A million tables that start at one checkpoint are one value.
 *
 * <p>A binary min-heap of distinct values; every value knows its place in the heap, so any of them can be taken out.
 */
public final class CheckpointTracker {
    private static final class Value {
        final long checkpointTs;
        int count = 1;
        int place;

        Value(long checkpointTs, int place) {
            this.checkpointTs = checkpointTs;
            this.place = place;
        }
    }

    private static final int INITIAL = 16;

    private Map<Long, Value> values = new HashMap<>();
    /** What was added last: many spans that begin at one checkpoint come one after the other. */
    private @Nullable Value latest;

    private @Nullable Value[] heap = new Value[INITIAL];
    private int distinct;

    /** Adds one occurrence of a checkpoint. */
    public void add(long checkpointTs) {
        Value known = find(checkpointTs);
        if (known != null) {
            known.count++;
            latest = known;
            return;
        }
        if (distinct == heap.length) {
            heap = Arrays.copyOf(heap, distinct * 2);
        }
        Value value = new Value(checkpointTs, distinct);
        values.put(checkpointTs, value);
        latest = value;
        put(value, distinct++);
        siftUp(value.place);
    }

    /** Takes one occurrence of a checkpoint out. */
    public void remove(long checkpointTs) {
        Value value = find(checkpointTs);
        if (value == null) {
            throw new IllegalStateException("checkpoint " + checkpointTs + " is not tracked");
        }
        if (--value.count > 0) {
            return;
        }
        values.remove(checkpointTs);
        latest = null;
        Value last = at(--distinct);
        heap[distinct] = null;
        if (last != value) {
            put(last, value.place);
            siftUp(last.place);
            siftDown(last.place);
        }
        if (distinct == 0) {
            values = new HashMap<>();
            heap = new Value[INITIAL];
        }
    }

    private @Nullable Value find(long checkpointTs) {
        return latest != null && latest.checkpointTs == checkpointTs ? latest : values.get(checkpointTs);
    }

    /** The lowest checkpoint; {@code limit} if nothing is tracked or all is above it. */
    public long min(long limit) {
        return distinct == 0 ? limit : Math.min(limit, at(0).checkpointTs);
    }

    /** The number of distinct checkpoints. */
    public int distinct() {
        return distinct;
    }

    /** How often each checkpoint is in; for the audit. */
    Map<Long, Integer> contents() {
        TreeMap<Long, Integer> contents = new TreeMap<>();
        values.forEach((checkpoint, value) -> contents.put(checkpoint, value.count));
        return contents;
    }

    /** Whether every value is where it says, below none that is larger, and nothing else is there; for the audit. */
    boolean isHeap() {
        boolean ordered = values.size() == distinct;
        for (int place = 0; place < heap.length; place++) {
            Value value = heap[place];
            Value parent = heap[Math.max(0, place - 1) / 2];
            ordered &= (value != null) == (place < distinct);
            ordered &= value == null
                    || (find(value.checkpointTs) == value
                            && value.place == place
                            && values.get(value.checkpointTs) == value
                            && parent != null
                            && parent.checkpointTs <= value.checkpointTs);
        }
        return ordered;
    }

    /** Whether no more room is taken than in the beginning; for the audit. */
    boolean isBare() {
        return heap.length == INITIAL;
    }

    private Value at(int place) {
        Value value = heap[place];
        if (value == null) {
            throw new IllegalStateException("hole in the heap at " + place);
        }
        return value;
    }

    private void put(Value value, int place) {
        heap[place] = value;
        value.place = place;
    }

    private void siftUp(int from) {
        int place = from;
        Value value = at(place);
        while (place > 0 && at((place - 1) / 2).checkpointTs > value.checkpointTs) {
            put(at((place - 1) / 2), place);
            place = (place - 1) / 2;
        }
        put(value, place);
    }

    private void siftDown(int from) {
        int place = from;
        Value value = at(place);
        while (2 * place + 1 < distinct) {
            int child = 2 * place + 1;
            if (child + 1 < distinct && at(child + 1).checkpointTs < at(child).checkpointTs) {
                child++;
            }
            if (at(child).checkpointTs >= value.checkpointTs) {
                break;
            }
            put(at(child), place);
            place = child;
        }
        put(value, place);
    }
}
