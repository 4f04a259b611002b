package dev.maintainer.core.registry;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A doubly linked list whose links are in its elements: an element is on at most one list, and moving it to another one
 * needs no memory and no search. Iterates in order of insertion. Not thread-safe.
 *
 * @param <E> the elements
 */
public final class SpanList<E extends SpanList.Element<E>> implements Iterable<E> {
    /**
     * Something that can be on a list.
     *
     * @param <E> the class itself
     */
    public abstract static class Element<E extends Element<E>> {
        @Nullable
        E previous;

        @Nullable
        E next;

        @Nullable
        SpanList<E> list;

        /** On no list. */
        protected Element() {}
    }

    private @Nullable E first;
    private @Nullable E last;
    private int size;

    /** An empty list. */
    public SpanList() {}

    /** How many there are. */
    public int size() {
        return size;
    }

    /** Puts an element that is on no list at the end. */
    public void append(E element) {
        if (element.list != null) {
            throw new IllegalStateException(element + " is on another list");
        }
        element.list = this;
        element.previous = last;
        element.next = null;
        if (last == null) {
            first = element;
        } else {
            last.next = element;
        }
        last = element;
        size++;
    }

    /** Takes an element off this list. */
    public void unlink(E element) {
        if (element.list != this) {
            throw new IllegalStateException(element + " is not on this list");
        }
        E previous = element.previous;
        E next = element.next;
        if (previous == null) {
            first = next;
        } else {
            previous.next = next;
        }
        if (next == null) {
            last = previous;
        } else {
            next.previous = previous;
        }
        element.list = null;
        element.previous = null;
        element.next = null;
        size--;
    }

    /** The oldest; null if there is none. */
    public @Nullable E first() {
        return first;
    }

    /** Reads lazily; the list must not change meanwhile. */
    @Override
    public Iterator<E> iterator() {
        return new Iterator<>() {
            private @Nullable E upcoming = first;

            @Override
            public boolean hasNext() {
                return upcoming != null;
            }

            @Override
            public E next() {
                E element = upcoming;
                if (element == null) {
                    throw new NoSuchElementException();
                }
                upcoming = element.next;
                return element;
            }
        };
    }
}
