package dev.maintainer.core.journal;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The constants of an enum. Known by name: a new constant, or another order, does not make old bytes unreadable. */
// The names of the constants travel with their order, so a position is safe.
@SuppressWarnings("EnumOrdinal")
final class EnumShape extends NamedShape {
    private final Enum<?>[] constants;
    private final long[] hashes;
    private final Map<String, Enum<?>[]> foreign = new HashMap<>();

    EnumShape(int index, Class<?> type) {
        super(index, type, Arrays.stream(constantsOf(type)).map(Enum::name).collect(Collectors.joining(",")));
        this.constants = constantsOf(type);
        this.hashes = new long[constants.length];
        for (int i = 0; i < constants.length; i++) {
            hashes[i] = Hashing.mix(Hashing.mix(0, type.getName()), constants[i].name());
        }
    }

    private static Enum<?>[] constantsOf(Class<?> type) {
        return Arrays.copyOf((Enum<?>[]) type.getEnumConstants(), type.getEnumConstants().length);
    }

    @Override
    void writeBody(RecordWriter out, Object value) {
        out.writeCount(((Enum<?>) value).ordinal());
    }

    @Override
    void checkReadable(RecordReader in, String writtenWith) {
        List<String> names = List.of(writtenWith.split(",", -1));
        Enum<?>[] mapped = new Enum<?>[names.size()];
        for (int i = 0; i < mapped.length; i++) {
            String name = names.get(i);
            mapped[i] = Arrays.stream(constants)
                    .filter(constant -> constant.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> in.other(type.getName() + " has no " + name + " here"));
        }
        foreign.put(writtenWith, mapped);
    }

    @Override
    Object readBody(RecordReader in, String writtenWith) {
        Enum<?>[] mapped = foreign.get(writtenWith);
        long ordinal = in.readCount();
        if (mapped == null || ordinal < 0 || ordinal >= mapped.length) {
            throw in.bad("constant " + ordinal + " of " + type.getName());
        }
        return mapped[(int) ordinal];
    }

    @Override
    public long digest(long hash, @Nullable Object value) {
        return Hashing.mix(hash, value == null ? 0 : hashes[((Enum<?>) value).ordinal()]);
    }

    @Override
    public void visit(Object value, Consumer<Object> visitor) {
        visitor.accept(value);
    }
}
