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
final class EnumShape implements Shape.Named {
    private final int index;
    private final Class<?> type;
    private final Enum<?>[] constants;
    private final long[] hashes;
    private final String signature;
    private final Map<String, Enum<?>[]> foreign = new HashMap<>();

    EnumShape(int index, Class<?> type) {
        this.index = index;
        this.type = type;
        this.constants = Arrays.copyOf((Enum<?>[]) type.getEnumConstants(), type.getEnumConstants().length);
        this.hashes = new long[constants.length];
        for (int i = 0; i < constants.length; i++) {
            hashes[i] = Hashing.mix(Hashing.mix(0, type.getName()), constants[i].name());
        }
        this.signature = Arrays.stream(constants).map(Enum::name).collect(Collectors.joining(","));
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public String name() {
        return type.getName();
    }

    @Override
    public String signature() {
        return signature;
    }

    @Override
    public void write(RecordWriter out, @Nullable Object value) {
        if (value == null) {
            out.writeCount(0);
            return;
        }
        out.writeType(this);
        out.writeCount(((Enum<?>) value).ordinal());
    }

    @Override
    public void checkReadable(RecordReader in, String writtenWith) {
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
    public Object readBody(RecordReader in, String writtenWith) {
        Enum<?>[] mapped = foreign.get(writtenWith);
        long ordinal = in.readCount();
        if (mapped == null || ordinal < 0 || ordinal >= mapped.length) {
            throw in.bad("constant " + ordinal + " of " + type.getName());
        }
        return mapped[(int) ordinal];
    }

    @Override
    public @Nullable Object read(RecordReader in) {
        return RecordShape.readNamed(in, type);
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
