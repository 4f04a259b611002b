package dev.maintainer.core.journal;

import org.jspecify.annotations.Nullable;

/** What holds others: its size, and then what is in it, in an order that is the same on every machine. */
abstract class SizedShape<C> implements Shape {
    /** The value, in the order in which it is written. */
    abstract C ordered(Object value);

    abstract int size(C ordered);

    abstract void writeContent(RecordWriter out, C ordered);

    abstract Object readContent(RecordReader in, long size);

    abstract long digestContent(long hash, C ordered);

    /** Null is 0; a size is one more. */
    @Override
    public final void write(RecordWriter out, @Nullable Object value) {
        if (value == null) {
            out.writeCount(0);
            return;
        }
        C ordered = ordered(value);
        out.writeCount(size(ordered) + 1L);
        writeContent(out, ordered);
    }

    @Override
    public final @Nullable Object read(RecordReader in) {
        long size = in.readCount() - 1;
        if (size == -1) {
            return null;
        }
        in.checkLength(size);
        in.enter();
        Object value = readContent(in, size);
        in.leave();
        return value;
    }

    @Override
    public final long digest(long hash, @Nullable Object value) {
        if (value == null) {
            return Hashing.mix(hash, -1);
        }
        C ordered = ordered(value);
        return digestContent(Hashing.mix(hash, size(ordered)), ordered);
    }
}
