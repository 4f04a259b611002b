package dev.maintainer.core.journal;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a {@link RecordWriter} wrote. Whatever the bytes are, it either returns values or throws a
 * {@link MaintainerException}, and takes memory in proportion to the bytes. Used by one thread.
 */
public final class RecordReader {
    private static final int DEEPEST = 64;
    private static final int MOST_TYPES = 10_000;

    private final RecordCodec codec;
    private final List<Described> described = new ArrayList<>();
    private byte[] bytes = new byte[0];
    private int position;
    private int limit;
    private int depth;

    /** A class as the writer had it, and as it is here. */
    record Described(NamedShape shape, String signature) {}

    RecordReader(RecordCodec codec) {
        this.codec = codec;
    }

    /** Goes on with these bytes. Classes that were described in earlier ones stay known. */
    public void continueWith(byte[] next, int size) {
        this.bytes = next;
        this.position = 0;
        this.limit = size;
    }

    /** Whether there is more to read. */
    public boolean hasMore() {
        return position < limit;
    }

    /** Reads a value that was written as a {@code root}. */
    public <T> @Nullable T read(Class<T> root) throws MaintainerException {
        depth = 0;
        Object value = codec.shapeOf(root).read(this);
        if (value != null && !root.isInstance(value)) {
            throw bad("a " + value.getClass().getName() + " where a " + root.getName() + " belongs");
        }
        return root.cast(value);
    }

    /** Reads a number. */
    public long readLong() throws MaintainerException {
        long value = readCount();
        return value >>> 1 ^ -(value & 1);
    }

    /** Reads a number of eight bytes. */
    public long readFixed() throws MaintainerException {
        long value = 0;
        for (int i = 0; i < 8; i++) {
            value = value << 8 | readByte();
        }
        return value;
    }

    /** Reads a text. */
    public @Nullable String readText() throws MaintainerException {
        long length = readCount() - 1;
        if (length == -1) {
            return null;
        }
        checkLength(length);
        StringBuilder text = new StringBuilder((int) length);
        for (int i = 0; i < length; i++) {
            long c = readCount();
            if (c >>> 16 != 0) {
                throw bad("no character: " + c);
            }
            text.append((char) c);
        }
        return text.toString();
    }

    long readCount() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            int next = readByte();
            value |= (long) (next & 0x7f) << shift;
            if (next < 0x80) {
                return value;
            }
        }
        throw bad("a number without an end");
    }

    /** Every element takes at least one byte, so a length that is a lie is found out before memory is taken for it. */
    void checkLength(long length) {
        if (length < 0 || length > limit - position) {
            throw bad("a length of " + length + " with " + (limit - position) + " bytes left");
        }
    }

    /** Null if the value is null. */
    @Nullable
    Described readType() {
        long number = readCount();
        if (number == 0) {
            return null;
        }
        if (number > 0 && number <= described.size()) {
            return described.get((int) number - 1);
        }
        if (number != described.size() + 1L || number > MOST_TYPES) {
            throw bad("type number " + number + " after " + described.size() + " types");
        }
        String name = readText();
        String signature = readText();
        if (name == null || signature == null) {
            throw bad("a type without a name");
        }
        NamedShape shape = codec.named(name);
        if (shape == null) {
            throw other("'" + name + "' is not known here");
        }
        shape.checkReadable(this, signature);
        Described type = new Described(shape, signature);
        described.add(type);
        return type;
    }

    void enter() {
        depth++;
        if (depth > DEEPEST) {
            throw bad("values nested deeper than " + DEEPEST);
        }
    }

    void leave() {
        depth--;
    }

    MaintainerException bad(String what) {
        return new MaintainerException(
                ErrorCode.BAD_INPUT, "damaged at byte " + position + " of a frame of " + limit + ": " + what);
    }

    MaintainerException other(String what) {
        return new MaintainerException(
                ErrorCode.BAD_INPUT,
                "written by another version: " + what + "; read it with the version that wrote it");
    }

    private int readByte() {
        if (position >= limit) {
            throw bad("it ends in the middle of a value");
        }
        return bytes[position++] & 0xff;
    }
}
