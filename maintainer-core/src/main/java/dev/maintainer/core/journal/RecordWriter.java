package dev.maintainer.core.journal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Writes values as bytes. A class is described, by its name and its components, where it first occurs; afterwards it is
 * a number. So a {@link RecordReader} must read all that one writer wrote, from the start and in order. Used by one
 * thread.
 */
public final class RecordWriter {
    private final RecordCodec codec;
    private final ByteBuilder out = new ByteBuilder();
    private int[] numbers = new int[64];
    private int described;

    RecordWriter(RecordCodec codec) {
        this.codec = codec;
    }

    /**
     * Writes a value that will be read as a {@code root}.
     *
     * @throws IllegalStateException if a type in it cannot be encoded
     */
    public <T> void write(Class<T> root, @Nullable T value) {
        codec.shapeOf(root).write(this, value);
    }

    /** Writes a number; small ones are short, negative ones too. */
    public void writeLong(long value) {
        out.putZigzag(value);
    }

    /** Writes a number in eight bytes: for hashes. */
    public void writeFixed(long value) {
        out.putFixed(value);
    }

    /** Writes a text. */
    public void writeText(@Nullable String text) {
        if (text == null) {
            out.putVarint(0);
        } else {
            out.putVarint(text.length() + 1L);
            out.putChars(text);
        }
    }

    /** The bytes; {@link #size} of them count, until the next write. */
    public byte[] array() {
        return out.array();
    }

    /** How many bytes were written since {@link #clear}. */
    public int size() {
        return out.size();
    }

    /** Forgets the bytes, but not which classes have been described. */
    public void clear() {
        out.clear();
    }

    void writeCount(long count) {
        out.putVarint(count);
    }

    /** Null is 0; a class is the number that it got where it was described. */
    void writeType(NamedShape shape) {
        int index = shape.index();
        if (index >= numbers.length) {
            numbers = Arrays.copyOf(numbers, Math.max(numbers.length * 2, index + 1));
        }
        int number = numbers[index];
        if (number == 0) {
            number = ++described;
            numbers[index] = number;
            out.putVarint(number);
            writeText(shape.name());
            writeText(shape.signature());
        } else {
            out.putVarint(number);
        }
    }
}
