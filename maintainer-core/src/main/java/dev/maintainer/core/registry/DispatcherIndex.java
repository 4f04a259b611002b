package dev.maintainer.core.registry;

import dev.maintainer.api.model.DispatcherId;
import java.util.Iterator;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;

/**
 * Finds elements by the ids of their dispatchers. It is a hash table of the elements themselves, without entries around
 * them, and the elements contain the two numbers of the id. Finding one among a million costs two cache misses, one in
 * the table and one for the element; the table takes the space of two to four references per element.
 *
 * <p>Open addressing with linear probing. A removal closes the gap that it leaves, so nothing is kept of what has been
 * removed. Not thread-safe.
 *
 * @param <E> the elements; their ids never change
 */
public final class DispatcherIndex<E extends DispatcherIndex.Element> implements Iterable<E> {
    /** Something that has a dispatcher, always the same. */
    public interface Element {
        /** The upper half of the dispatcher's id. */
        long idHigh();

        /** The lower half of the dispatcher's id. */
        long idLow();
    }

    private static final int INITIAL = 16;
    private static final int LARGEST = 1 << 30;
    /** 2^64 divided by the golden ratio: the multiples of it spread evenly, and ids are counted up. */
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private @Nullable Element[] table = new Element[INITIAL];
    private int size;

    /** Without elements. */
    public DispatcherIndex() {}

    /** How many there are. */
    public int size() {
        return size;
    }

    /** The element of a dispatcher; null if there is none. */
    @SuppressWarnings("unchecked") // Only what was added is in the table.
    public @Nullable E get(DispatcherId id) {
        return (E) table[placeOf(id.high(), id.low())];
    }

    /** Adds an element. Returns false, and changes nothing, if its dispatcher has one already. */
    public boolean add(E element) {
        int place = placeOf(element.idHigh(), element.idLow());
        if (table[place] != null) {
            return false;
        }
        table[place] = element;
        size++;
        if (size > table.length / 2) {
            grow();
        }
        return true;
    }

    /** Takes the element of a dispatcher out. Returns null if there is none. */
    @SuppressWarnings("unchecked") // Only what was added is in the table.
    public @Nullable E remove(DispatcherId id) {
        int place = placeOf(id.high(), id.low());
        Element removed = table[place];
        if (removed != null) {
            size--;
            close(place);
        }
        return (E) removed;
    }

    /** Takes all out. */
    public void clear() {
        table = new Element[INITIAL];
        size = 0;
    }

    /** In an order that depends on nothing but what was added and removed, and when. Must not change meanwhile. */
    @Override
    public Iterator<E> iterator() {
        return new Iterator<>() {
            private int upcoming = next(0);

            private int next(int from) {
                int place = from;
                while (place < table.length && table[place] == null) {
                    place++;
                }
                return place;
            }

            @Override
            public boolean hasNext() {
                return upcoming < table.length;
            }

            @Override
            @SuppressWarnings("unchecked") // Only what was added is in the table.
            public E next() {
                Element element = hasNext() ? table[upcoming] : null;
                if (element == null) {
                    throw new NoSuchElementException();
                }
                upcoming = next(upcoming + 1);
                return (E) element;
            }
        };
    }

    /** Where the element of a dispatcher is, or would be. */
    private int placeOf(long high, long low) {
        int place = home(high, low);
        Element there = table[place];
        while (there != null && (there.idLow() != low || there.idHigh() != high)) {
            place = (place + 1) & (table.length - 1);
            there = table[place];
        }
        return place;
    }

    /** Where an element is, unless others are in its way. */
    private int home(long high, long low) {
        return (int) (((high * 31 + low) * GOLDEN) >>> Long.numberOfLeadingZeros(table.length - 1));
    }

    /** Moves up, one after the other, what would not be found any more behind an empty place. */
    private void close(int emptied) {
        int mask = table.length - 1;
        int hole = emptied;
        int place = hole;
        while (true) {
            place = (place + 1) & mask;
            Element candidate = table[place];
            if (candidate == null) {
                break;
            }
            // It may go where it is looked for: from its home on, up to where it is.
            if (((place - home(candidate.idHigh(), candidate.idLow())) & mask) >= ((place - hole) & mask)) {
                table[hole] = candidate;
                hole = place;
            }
        }
        table[hole] = null;
    }

    private void grow() {
        if (table.length == LARGEST) {
            throw new IllegalStateException("more than " + LARGEST / 2 + " dispatchers");
        }
        @Nullable Element[] former = table;
        table = new Element[former.length * 2];
        for (Element element : former) {
            if (element != null) {
                table[placeOf(element.idHigh(), element.idLow())] = element;
            }
        }
    }
}
