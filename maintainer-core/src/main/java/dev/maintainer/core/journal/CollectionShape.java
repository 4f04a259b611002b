package dev.maintainer.core.journal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/** Lists, and sets of comparable elements. A set is written in the order of its elements, whatever its own order is. */
final class CollectionShape extends SizedShape<Collection<?>> {
    private static final int MOST_AT_ONCE = 1024;

    private final Class<?> kind;
    private final Shape element;

    /** {@code kind} is List, Collection, Set or SortedSet. */
    CollectionShape(Class<?> kind, Shape element) {
        this.kind = kind;
        this.element = element;
    }

    @Override
    Collection<?> ordered(Object value) {
        Collection<?> all = (Collection<?>) value;
        return kind == List.class || kind == Collection.class || all instanceof SortedSet<?> ? all : new TreeSet<>(all);
    }

    @Override
    int size(Collection<?> ordered) {
        return ordered.size();
    }

    @Override
    void writeContent(RecordWriter out, Collection<?> ordered) {
        for (Object each : ordered) {
            element.write(out, each);
        }
    }

    @Override
    Object readContent(RecordReader in, long size) {
        List<Object> all = new ArrayList<>((int) Math.min(size, MOST_AT_ONCE));
        for (long i = 0; i < size; i++) {
            Object value = element.read(in);
            if (value == null) {
                throw in.bad("an element that is null");
            }
            all.add(value);
        }
        if (kind == SortedSet.class) {
            return new TreeSet<>(all);
        }
        return kind.isInstance(all) ? all : new LinkedHashSet<>(all);
    }

    @Override
    long digestContent(long hash, Collection<?> ordered) {
        long mixed = hash;
        for (Object each : ordered) {
            mixed = element.digest(mixed, each);
        }
        return mixed;
    }

    @Override
    public void visit(Object value, Consumer<Object> visitor) {
        for (Object each : (Collection<?>) value) {
            element.visit(each, visitor);
        }
    }
}
