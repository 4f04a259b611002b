package dev.maintainer.operator;

import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * A doubly linked list whose links are in its elements: an element is on at most one list, moving it to another one or to
 * the end needs no memory and no search, and a list of any size is handed over as it is. Iterates in order of insertion.
 * Not thread-safe.
 *
 * @param <E> the elements
 */
public final class IntrusiveList<E extends IntrusiveList.Element<E>> implements Iterable<E> {
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
        IntrusiveList<E> list;

        /** On no list. */
        protected Element() {}
    }

    private @Nullable E first;
    private @Nullable E last;
    private int size;

    /** An empty list. */
    public IntrusiveList() {}

    /** {@return how many there are} */
    public int size() {
        return size;
    }

    /** {@return the oldest; null if there is none} */
    public @Nullable E first() {
        return first;
    }

    /**
     * {@return whether an element is on this list; at no cost}
     *
     * @param element any
     */
    public boolean contains(E element) {
        return element.list == this;
    }

    /**
     * For audits: whether the links between neighbours agree.
     *
     * @param element on this list
     * @param before the one before it; null if it is the first
     * @return whether the element knows that
     */
    public boolean isBehind(E element, @Nullable E before) {
        return element.list == this && element.previous == before;
    }

    /**
     * Puts an element at the end.
     *
     * @param element on no list
     * @throws IllegalStateException if it is on a list
     */
    public void append(E element) {
        if (element.list != null) {
            throw new IllegalStateException(
                    element + " is on " + (element.list == this ? "this" : "another") + " list");
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

    /**
     * Puts an element at the end, wherever it is on this list.
     *
     * @param element on this list or on none
     * @throws IllegalStateException if it is on another list
     */
    public void moveToEnd(E element) {
        remove(element);
        append(element);
    }

    /**
     * Takes an element off this list, where it must be.
     *
     * @param element on this list
     * @throws IllegalStateException if it is not
     */
    public void unlink(E element) {
        if (!remove(element)) {
            throw new IllegalStateException(element + " is not on this list");
        }
    }

    /**
     * Takes an element off this list if it is there.
     *
     * @param element any
     * @return whether it was on this list
     */
    public boolean remove(E element) {
        if (element.list != this) {
            return false;
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
        return true;
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
