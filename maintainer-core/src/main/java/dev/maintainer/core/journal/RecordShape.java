package dev.maintainer.core.journal;

import dev.maintainer.api.error.MaintainerException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A record: its components in order, read by accessor and built by the canonical constructor. */
final class RecordShape extends NamedShape {
    private static final MethodType LONG = MethodType.methodType(long.class, Object.class);
    private static final MethodType OBJECT = MethodType.methodType(Object.class, Object.class);

    /** One component; the accessor of a primitive returns a long, so that nothing is boxed. */
    private record Component(
            MethodHandle accessor, @Nullable Shape shape, Class<?> primitive) {}

    private final long nameHash;
    private Component[] components = {};
    private @Nullable MethodHandle constructor;

    RecordShape(int index, Class<?> type) {
        super(
                index,
                type,
                Arrays.stream(type.getRecordComponents())
                        .map(component -> component.getGenericType().getTypeName() + " " + component.getName())
                        .collect(Collectors.joining(", ")));
        this.nameHash = Hashing.mix(0, type.getName());
    }

    /** Second step, because records can contain each other. */
    void resolve(RecordCodec codec) {
        RecordComponent[] declared = type.getRecordComponents();
        Component[] resolved = new Component[declared.length];
        MethodHandles.Lookup lookup = MethodHandles.publicLookup();
        try {
            for (int i = 0; i < declared.length; i++) {
                Class<?> primitive = declared[i].getType();
                MethodHandle accessor = lookup.unreflect(declared[i].getAccessor());
                String where = type.getName() + "." + declared[i].getName();
                if (primitive == long.class || primitive == int.class) {
                    resolved[i] = new Component(accessor.asType(LONG), null, primitive);
                } else if (primitive == boolean.class) {
                    MethodHandle asInt =
                            MethodHandles.explicitCastArguments(accessor, MethodType.methodType(long.class, type));
                    resolved[i] = new Component(asInt.asType(LONG), null, primitive);
                } else {
                    Shape shape = codec.shapeOf(declared[i].getGenericType(), where);
                    resolved[i] = new Component(accessor.asType(OBJECT), shape, primitive);
                }
            }
            Class<?>[] types =
                    Arrays.stream(declared).map(RecordComponent::getType).toArray(Class<?>[]::new);
            constructor = lookup.findConstructor(type, MethodType.methodType(void.class, types))
                    .asSpreader(Object[].class, types.length)
                    .asType(MethodType.methodType(Object.class, Object[].class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(
                    type.getName() + " cannot be encoded: it, its accessors and its constructor must be public", e);
        }
        components = resolved;
    }

    @Override
    void writeBody(RecordWriter out, Object value) {
        for (Component component : components) {
            if (component.shape == null) {
                out.writeLong(number(component, value));
            } else {
                component.shape.write(out, reference(component, value));
            }
        }
    }

    @Override
    void checkReadable(RecordReader in, String writtenWith) {
        if (!signature().equals(writtenWith)) {
            throw in.other(type.getName() + " was (" + writtenWith + ") and is (" + signature() + ") here");
        }
    }

    @Override
    Object readBody(RecordReader in, String writtenWith) {
        @Nullable Object[] arguments = new @Nullable Object[components.length];
        for (int i = 0; i < arguments.length; i++) {
            Component component = components[i];
            arguments[i] = component.shape == null ? number(in, component.primitive) : component.shape.read(in);
        }
        MethodHandle make = constructor;
        if (make == null) {
            throw new IllegalStateException(type + " was not resolved");
        }
        try {
            return (Object) make.invokeExact(arguments);
        } catch (MaintainerException
                | IllegalArgumentException
                | NullPointerException
                | ClassCastException
                | ArithmeticException e) {
            throw in.bad(type.getName() + " does not take " + Arrays.toString(arguments) + ": " + e);
        } catch (Throwable e) {
            throw new IllegalStateException("cannot make a " + type.getName(), e);
        }
    }

    @Override
    public long digest(long hash, @Nullable Object value) {
        if (value == null) {
            return Hashing.mix(hash, 0);
        }
        long mixed = Hashing.mix(hash, nameHash);
        for (Component component : components) {
            mixed = component.shape == null
                    ? Hashing.mix(mixed, number(component, value))
                    : component.shape.digest(mixed, reference(component, value));
        }
        return mixed;
    }

    @Override
    public void visit(Object value, Consumer<Object> visitor) {
        visitor.accept(value);
        for (Component component : components) {
            if (component.shape != null) {
                Object inner = reference(component, value);
                if (inner != null) {
                    component.shape.visit(inner, visitor);
                }
            }
        }
    }

    private static Object number(RecordReader in, Class<?> primitive) {
        long value = in.readLong();
        if (primitive == long.class) {
            return value;
        }
        if (primitive == boolean.class) {
            if (value != 0 && value != 1) {
                throw in.bad("a truth of " + value);
            }
            return value == 1;
        }
        if (value != (int) value) {
            throw in.bad("an int of " + value);
        }
        return (int) value;
    }

    private static long number(Component component, Object value) {
        try {
            return (long) component.accessor.invokeExact(value);
        } catch (Throwable e) {
            throw failed(value, e);
        }
    }

    private static @Nullable Object reference(Component component, Object value) {
        try {
            return (Object) component.accessor.invokeExact(value);
        } catch (Throwable e) {
            throw failed(value, e);
        }
    }

    private static IllegalStateException failed(Object value, Throwable cause) {
        return new IllegalStateException(
                "cannot read a component of a " + value.getClass().getName(), cause);
    }
}
