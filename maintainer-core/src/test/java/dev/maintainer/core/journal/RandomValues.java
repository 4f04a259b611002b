package dev.maintainer.core.journal;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.SpanBound;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes values of any type that the codec takes, from a seed. What a constructor refuses is made again. */
final class RandomValues {
    private static final int TRIES = 2_000;
    private static final String[] TEXTS = {"a", "n1", "", "Zürich", "\uD83D\uDE00", "\uD83D", "+inf", "-inf", "\u0000x"
    };

    private final SplittableRandom random;
    private int refusals;

    RandomValues(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** The records and enums that a type permits, directly or not. */
    static List<Class<?>> leaves(Class<?> type) {
        if (!type.isSealed() || type.isEnum()) {
            return List.of(type);
        }
        List<Class<?>> all = new ArrayList<>();
        Arrays.stream(type.getPermittedSubclasses()).forEach(each -> all.addAll(leaves(each)));
        return all;
    }

    Object value(Type type) throws ReflectiveOperationException {
        if (type instanceof ParameterizedType generic) {
            return generic(generic);
        }
        Class<?> plain = (Class<?>) type;
        if (plain == long.class || plain == Long.class) {
            return number();
        }
        if (plain == int.class || plain == Integer.class) {
            return random.nextInt(5) == 0 ? random.nextInt() : random.nextInt(1, 100);
        }
        if (plain == boolean.class || plain == Boolean.class) {
            return random.nextBoolean();
        }
        if (plain == String.class) {
            return TEXTS[random.nextInt(TEXTS.length)];
        }
        if (plain == SpanBound.class) {
            return switch (random.nextInt(3)) {
                case 0 -> SpanBound.LOWEST;
                case 1 -> SpanBound.HIGHEST;
                default -> SpanBound.before(random.nextBoolean() ? "+inf" : "k" + random.nextInt(100));
            };
        }
        if (plain == ChangefeedId.class) {
            return new ChangefeedId("feed-" + random.nextInt(4));
        }
        if (plain.isEnum()) {
            return plain.getEnumConstants()[random.nextInt(plain.getEnumConstants().length)];
        }
        List<Class<?>> leaves = leaves(plain);
        return record(leaves.get(random.nextInt(leaves.size())));
    }

    private Object record(Class<?> type) throws ReflectiveOperationException {
        if (type.isEnum()) {
            return value(type);
        }
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
                refusals++;
            }
        }
        throw new AssertionError("no valid " + type + " in " + TRIES + " tries; " + refusals + " refusals");
    }

    private Object generic(ParameterizedType type) throws ReflectiveOperationException {
        Type[] arguments = type.getActualTypeArguments();
        Type raw = type.getRawType();
        List<Object> all = new ArrayList<>();
        int size = random.nextInt(4);
        for (int i = 0; i < size; i++) {
            all.add(value(arguments[0]));
        }
        if (raw == SortedSet.class) {
            return new TreeSet<>(all);
        }
        if (raw == Set.class) {
            return new LinkedHashSet<>(all);
        }
        if (raw == Optional.class) {
            return all.stream().findFirst();
        }
        if (raw == Map.class || raw == SortedMap.class) {
            Map<Object, Object> map = new TreeMap<>();
            for (Object key : all) {
                map.put(key, value(arguments[1]));
            }
            return map;
        }
        return all;
    }

    private long number() {
        return switch (random.nextInt(5)) {
            case 0 -> random.nextLong();
            case 1 -> random.nextLong(1L << 60);
            case 2 -> 0;
            default -> random.nextLong(1, 50);
        };
    }
}
