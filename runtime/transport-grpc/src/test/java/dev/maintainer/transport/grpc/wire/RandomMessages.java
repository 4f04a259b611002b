package dev.maintainer.transport.grpc.wire;

import dev.maintainer.api.message.Message;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.ReplicationMode;
import dev.maintainer.api.model.SpanBound;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes messages of any kind from a seed. What the constructor of a record refuses is made again. */
public final class RandomMessages {
    private static final int TRIES = 5_000;
    private static final String[] TEXTS = {"a", "n1", "", "Zürich", "\uD83D\uDE00", "+inf", "-inf", "\u0000x", "a.b"};

    private final SplittableRandom random;

    /** Messages that depend on nothing but the seed. */
    public RandomMessages(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** All kinds of messages, by reflection: a new kind is here without anybody adding it. */
    public static List<Class<? extends Message>> kinds() {
        List<Class<? extends Message>> kinds = new ArrayList<>();
        for (Class<?> leaf : leaves(Message.class)) {
            kinds.add(leaf.asSubclass(Message.class));
        }
        return kinds;
    }

    private static List<Class<?>> leaves(Class<?> type) {
        if (!type.isSealed() || type.isEnum()) {
            return List.of(type);
        }
        List<Class<?>> all = new ArrayList<>();
        for (Class<?> permitted : type.getPermittedSubclasses()) {
            all.addAll(leaves(permitted));
        }
        return all;
    }

    /** A message of any kind. */
    public Message any() {
        List<Class<? extends Message>> kinds = kinds();
        return of(kinds.get(random.nextInt(kinds.size())));
    }

    /** A message of a kind. */
    public <T extends Message> T of(Class<T> kind) {
        try {
            return kind.cast(record(kind));
        } catch (ReflectiveOperationException e) {
            throw new LinkageError(kind.getName(), e);
        }
    }

    private Object record(Class<?> type) throws ReflectiveOperationException {
        RecordComponent[] components = type.getRecordComponents();
        Class<?>[] types =
                Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        for (int attempt = 0; attempt < TRIES; attempt++) {
            @Nullable Object[] arguments = new @Nullable Object[components.length];
            for (int i = 0; i < arguments.length; i++) {
                boolean nullable = components[i].getAnnotatedType().isAnnotationPresent(Nullable.class);
                arguments[i] = nullable && random.nextBoolean() ? null : value(components[i].getGenericType());
            }
            try {
                return type.getConstructor(types).newInstance(arguments);
            } catch (InvocationTargetException refused) {
                // Made again.
            }
        }
        throw new AssertionError("no valid " + type + " in " + TRIES + " tries");
    }

    private Object value(Type type) throws ReflectiveOperationException {
        if (type instanceof ParameterizedType generic) {
            List<Object> all = new ArrayList<>();
            int size = random.nextInt(4);
            for (int i = 0; i < size; i++) {
                all.add(value(generic.getActualTypeArguments()[0]));
            }
            return generic.getRawType() == SortedSet.class ? new TreeSet<>(all) : all;
        }
        Class<?> plain = (Class<?>) type;
        if (plain == long.class) {
            return number();
        }
        if (plain == int.class) {
            return random.nextInt(5) == 0 ? random.nextInt() : random.nextInt(100);
        }
        if (plain == boolean.class) {
            return random.nextBoolean();
        }
        if (plain == String.class) {
            return TEXTS[random.nextInt(TEXTS.length)];
        }
        if (plain == SpanBound.class) {
            return bound();
        }
        if (plain == ChangefeedConfiguration.class) {
            return configuration();
        }
        if (plain == ChangefeedId.class) {
            return new ChangefeedId(
                    "feed-" + random.nextInt(4), random.nextBoolean() ? ReplicationMode.DEFAULT : ReplicationMode.REDO);
        }
        List<Class<?>> leaves = leaves(plain);
        Class<?> leaf = leaves.get(random.nextInt(leaves.size()));
        return leaf.isEnum() ? leaf.getEnumConstants()[random.nextInt(leaf.getEnumConstants().length)] : record(leaf);
    }

    private ChangefeedConfiguration configuration() {
        SortedMap<String, String> settings = new TreeMap<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            settings.put("key" + random.nextInt(10), TEXTS[random.nextInt(TEXTS.length)]);
        }
        return new ChangefeedConfiguration(settings);
    }

    private SpanBound bound() {
        return switch (random.nextInt(4)) {
            case 0 -> SpanBound.LOWEST;
            case 1 -> SpanBound.HIGHEST;
            case 2 -> SpanBound.before(new byte[] {(byte) random.nextInt(256), (byte) 0xff, 0});
            default -> SpanBound.before("k" + random.nextInt(100));
        };
    }

    private long number() {
        return switch (random.nextInt(6)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextLong(1L << 60);
            case 2 -> 0;
            case 3 -> Long.MAX_VALUE;
            default -> random.nextLong(1, 50);
        };
    }
}
