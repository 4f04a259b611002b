package dev.maintainer.core.registry;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A doubly linked list of spans whose links are in the spans themselves: a span is on exactly one list, and moving it
 * to another one costs no memory and no search. In order of insertion.
 */
final class SpanList implements Iterable<SpanReplica> {
    private @Nullable SpanReplica first;
    private @Nullable SpanReplica last;
    private int size;

    int size() {
        return size;
    }

    void append(SpanReplica replica) {
        if (replica.list != null) {
            throw new IllegalStateException(replica + " is on another list");
        }
        replica.list = this;
        replica.previous = last;
        replica.next = null;
        if (last == null) {
            first = replica;
        } else {
            last.next = replica;
        }
        last = replica;
        size++;
    }

    void unlink(SpanReplica replica) {
        if (replica.list != this) {
            throw new IllegalStateException(replica + " is not on this list");
        }
        if (replica.previous == null) {
            first = replica.next;
        } else {
            replica.previous.next = replica.next;
        }
        if (replica.next == null) {
            last = replica.previous;
        } else {
            replica.next.previous = replica.previous;
        }
        replica.list = null;
        replica.previous = null;
        replica.next = null;
        size--;
    }

    @Nullable
    SpanReplica first() {
        return first;
    }

    /** Reads lazily; the list must not change meanwhile. */
    @Override
    public Iterator<SpanReplica> iterator() {
        return new Iterator<>() {
            private @Nullable SpanReplica upcoming = first;

            @Override
            public boolean hasNext() {
                return upcoming != null;
            }

            @Override
            public SpanReplica next() {
                SpanReplica replica = upcoming;
                if (replica == null) {
                    throw new NoSuchElementException();
                }
                upcoming = replica.next;
                return replica;
            }
        };
    }
}
