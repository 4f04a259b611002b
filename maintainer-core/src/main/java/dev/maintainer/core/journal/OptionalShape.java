package dev.maintainer.core.journal;

import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An optional. */
final class OptionalShape implements Shape {
    private final Shape content;

    OptionalShape(Shape content) {
        this.content = content;
    }

    @Override
    public void write(RecordWriter out, @Nullable Object value) {
        if (value == null) {
            out.writeCount(0);
        } else if (((Optional<?>) value).isEmpty()) {
            out.writeCount(1);
        } else {
            out.writeCount(2);
            content.write(out, ((Optional<?>) value).get());
        }
    }

    @Override
    public @Nullable Object read(RecordReader in) {
        long kind = in.readCount();
        if (kind < 0 || kind > 2) {
            throw in.bad("an optional of kind " + kind);
        }
        if (kind < 2) {
            return kind == 0 ? null : Optional.empty();
        }
        in.enter();
        Object value = content.read(in);
        in.leave();
        if (value == null) {
            throw in.bad("a present optional that is null");
        }
        return Optional.of(value);
    }

    @Override
    public long digest(long hash, @Nullable Object value) {
        if (value == null) {
            return Hashing.mix(hash, -1);
        }
        Optional<?> optional = (Optional<?>) value;
        long mixed = Hashing.mix(hash, optional.isPresent() ? 1 : 0);
        return optional.isPresent() ? content.digest(mixed, optional.get()) : mixed;
    }

    @Override
    public void visit(Object value, Consumer<Object> visitor) {
        ((Optional<?>) value).ifPresent(inner -> content.visit(inner, visitor));
    }
}
