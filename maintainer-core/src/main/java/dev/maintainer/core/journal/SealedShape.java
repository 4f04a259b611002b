package dev.maintainer.core.journal;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A sealed interface: one of the records and enums that it permits, directly or through others. */
final class SealedShape implements Shape {
    private final Class<?> type;
    private final Map<Class<?>, Shape> leaves = new HashMap<>();

    SealedShape(Class<?> type) {
        this.type = type;
    }

    void resolve(List<Shape> shapes, List<Class<?>> types) {
        for (int i = 0; i < types.size(); i++) {
            leaves.put(types.get(i), shapes.get(i));
        }
    }

    private Shape leaf(Object value) {
        Shape leaf = leaves.get(value instanceof Enum<?> constant ? constant.getDeclaringClass() : value.getClass());
        if (leaf == null) {
            throw new IllegalStateException(value.getClass().getName() + " is not a permitted " + type.getName());
        }
        return leaf;
    }

    @Override
    public void write(RecordWriter out, @Nullable Object value) {
        if (value == null) {
            out.writeCount(0);
        } else {
            leaf(value).write(out, value);
        }
    }

    @Override
    public @Nullable Object read(RecordReader in) {
        return NamedShape.readNamed(in, type);
    }

    @Override
    public long digest(long hash, @Nullable Object value) {
        return value == null ? Hashing.mix(hash, 0) : leaf(value).digest(hash, value);
    }

    @Override
    public void visit(Object value, Consumer<Object> visitor) {
        leaf(value).visit(value, visitor);
    }
}
