package dev.maintainer.core.journal;

import dev.maintainer.api.model.SpanBound;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Writes, reads and hashes values by their structure: records, enums, sealed interfaces of them, texts, longs, ints,
 * booleans, span bounds, and lists, sets, maps and optionals of all these. Components may be null, elements may not.
 *
 * <p>Nothing has to be registered: a new kind of message is supported as soon as it is a public record. A value that
 * cannot be encoded leads to an {@link IllegalStateException} that names the component.
 *
 * <p>A codec caches what it knows about each class, so create one and keep it. Used by one thread.
 */
public final class RecordCodec {
    private final Map<Type, Shape> shapes = new HashMap<>();
    private final Map<String, NamedShape> byName = new HashMap<>();
    private int nextIndex;

    /** A codec that knows no class yet. */
    public RecordCodec() {}

    /**
     * Looks at a type and at all that it can contain.
     *
     * @throws IllegalStateException if something in it cannot be encoded; the message names the component
     */
    public void checkEncodable(Class<?> root) {
        shapeOf(root);
    }

    /** The names of all records and enums that have been seen, in order. */
    public List<String> classNames() {
        return byName.keySet().stream().sorted().toList();
    }

    /**
     * A 64-bit hash of a value and its class: the same in every process and on every Java version.
     *
     * @param seed the hash so far; a sequence is hashed by handing each result to the next call
     * @param value a record or an enum
     */
    public long digest(long seed, Object value) {
        return Hashing.finish(shapeOf(classOf(value)).digest(seed, value));
    }

    /** Shows a record and everything inside but numbers to a visitor; outer ones first. */
    public void visit(Object value, Consumer<Object> visitor) {
        shapeOf(classOf(value)).visit(value, visitor);
    }

    /** Begins to write. */
    public RecordWriter writer() {
        return new RecordWriter(this);
    }

    /** Begins to read. */
    public RecordReader reader() {
        return new RecordReader(this);
    }

    private static Class<?> classOf(Object value) {
        return value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass();
    }

    Shape shapeOf(Class<?> root) {
        Shape known = shapes.get(root);
        return known != null ? known : shapeOf(root, root.getName());
    }

    @Nullable
    NamedShape named(String name) {
        return byName.get(name);
    }

    Shape shapeOf(Type type, String where) {
        Shape known = shapes.get(type);
        if (known != null) {
            return known;
        }
        if (type instanceof ParameterizedType parameterized) {
            Shape shape = generic(parameterized, where);
            shapes.put(type, shape);
            return shape;
        }
        if (type instanceof Class<?> plain) {
            return plain(plain, where);
        }
        throw cannot(type, where);
    }

    private Shape generic(ParameterizedType type, String where) {
        Type[] arguments = type.getActualTypeArguments();
        Type raw = type.getRawType();
        if (raw == List.class || raw == Collection.class || raw == SortedSet.class) {
            return new CollectionShape((Class<?>) raw, shapeOf(arguments[0], where));
        }
        if (raw == Set.class) {
            requireComparable(arguments[0], where);
            return new CollectionShape(Set.class, shapeOf(arguments[0], where));
        }
        if (raw == Map.class || raw == SortedMap.class) {
            requireComparable(arguments[0], where);
            return new MapShape(shapeOf(arguments[0], where), shapeOf(arguments[1], where));
        }
        if (raw == Optional.class) {
            return new OptionalShape(shapeOf(arguments[0], where));
        }
        throw cannot(type, where);
    }

    /** Others would be written in an order that differs from process to process. */
    private static void requireComparable(Type element, String where) {
        if (!(element instanceof Class<?> plain && Comparable.class.isAssignableFrom(plain))) {
            throw new IllegalStateException(where + " cannot be encoded: " + element.getTypeName()
                    + " has no order; use a list, or make it Comparable");
        }
    }

    private Shape plain(Class<?> type, String where) {
        if (type == String.class) {
            return keep(type, ScalarShape.TEXT);
        }
        if (type == Long.class) {
            return keep(type, ScalarShape.BOXED_LONG);
        }
        if (type == Integer.class) {
            return keep(type, ScalarShape.BOXED_INT);
        }
        if (type == Boolean.class) {
            return keep(type, ScalarShape.BOXED_BOOLEAN);
        }
        if (type == SpanBound.class) {
            return keep(type, ScalarShape.BOUND);
        }
        if (type.isEnum()) {
            EnumShape shape = new EnumShape(nextIndex++, type);
            byName.put(type.getName(), shape);
            return keep(type, shape);
        }
        if (type.isRecord()) {
            RecordShape shape = new RecordShape(nextIndex++, type);
            byName.put(type.getName(), shape);
            keep(type, shape);
            return resolved(type, () -> shape.resolve(this), shape);
        }
        if (type.isSealed()) {
            SealedShape shape = new SealedShape(type);
            keep(type, shape);
            return resolved(type, () -> resolve(shape, type, where), shape);
        }
        throw cannot(type, where);
    }

    private Shape resolved(Class<?> type, Runnable resolving, Shape shape) {
        try {
            resolving.run();
            return shape;
        } catch (IllegalStateException e) {
            shapes.remove(type);
            throw e;
        }
    }

    private void resolve(SealedShape shape, Class<?> type, String where) {
        List<Class<?>> leaves = new ArrayList<>();
        collectLeaves(type, leaves);
        List<Shape> found = new ArrayList<>();
        for (Class<?> leaf : leaves) {
            found.add(shapeOf(leaf, where + " as " + leaf.getName()));
        }
        shape.resolve(found, leaves);
    }

    private static void collectLeaves(Class<?> type, List<Class<?>> leaves) {
        if (type.isRecord() || type.isEnum()) {
            leaves.add(type);
            return;
        }
        Class<?>[] permitted = type.getPermittedSubclasses();
        if (permitted == null) {
            // An open interface or a class that is no record: what it can be is not known.
            leaves.add(type);
            return;
        }
        Arrays.stream(permitted)
                .sorted(Comparator.comparing(Class::getName))
                .forEach(each -> collectLeaves(each, leaves));
    }

    private Shape keep(Class<?> type, Shape shape) {
        shapes.put(type, shape);
        return shape;
    }

    private static IllegalStateException cannot(Type type, String where) {
        return new IllegalStateException(where + " cannot be encoded: " + type.getTypeName()
                + " is not a record, an enum, a sealed interface of them, a text, a number, or a collection of these");
    }
}
