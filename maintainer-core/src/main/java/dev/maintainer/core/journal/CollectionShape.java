package dev.maintainer.core.journal;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lists, and sets of comparable elements. A set is written in the order of its elements, whatever its own order is. */
final class CollectionShape implements Shape {
    private static final int MOST_AT_ONCE = 1024;

    private final Class<?> kind;
    private final Shape element;

    /** {@code kind} is List, Collection, Set or SortedSet. */
    CollectionShape(Class<?> kind, Shape element) {
        this.kind = kind;
        this.element = element;
    }

    private Collection<?> ordered(Object value) {
        Collection<?> all = (Collection<?>) value;
        return kind == List.class || kind == Collection.class || all instanceof SortedSet<?> ? all : new TreeSet<>(all);
    }

    @Override
    public void write(RecordWriter out, @Nullable Object value) {
        if (value == null) {
            out.writeCount(0);
            return;
        }
        Collection<?> all = ordered(value);
        out.writeCount(all.size() + 1L);
        for (Object each : all) {
            element.write(out, each);
        }
    }

    @Override
    public @Nullable Object read(RecordReader in) {
        long size = in.readCount() - 1;
        if (size == -1) {
            return null;
        }
        in.checkLength(size);
        List<Object> all = new ArrayList<>((int) Math.min(size, MOST_AT_ONCE));
        in.enter();
        for (long i = 0; i < size; i++) {
            Object value = element.read(in);
            if (value == null) {
                throw in.bad("an element that is null");
            }
            all.add(value);
        }
        in.leave();
        if (kind == SortedSet.class) {
            return new TreeSet<>(all);
        }
        return kind.isInstance(all) ? all : new LinkedHashSet<>(all);
    }

    @Override
    public long digest(long hash, @Nullable Object value) {
        if (value == null) {
            return Hashing.mix(hash, -1);
        }
        Collection<?> all = ordered(value);
        long mixed = Hashing.mix(hash, all.size());
        for (Object each : all) {
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
