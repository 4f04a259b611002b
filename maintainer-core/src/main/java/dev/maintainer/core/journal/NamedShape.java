package dev.maintainer.core.journal;

import org.jspecify.annotations.Nullable;

/** A record or an enum: its class travels with the value. */
abstract class NamedShape implements Shape {
    final Class<?> type;
    private final int index;
    private final String signature;

    /**
     * Describes a class.
     *
     * @param index small, and different for all named shapes of a codec
     * @param signature what must be the same where it is read
     */
    NamedShape(int index, Class<?> type, String signature) {
        this.index = index;
        this.type = type;
        this.signature = signature;
    }

    final int index() {
        return index;
    }

    /** The binary class name. */
    final String name() {
        return type.getName();
    }

    final String signature() {
        return signature;
    }

    @Override
    public final void write(RecordWriter out, @Nullable Object value) {
        if (value == null) {
            out.writeCount(0);
        } else {
            out.writeType(this);
            writeBody(out, value);
        }
    }

    /** Writes what follows the type. */
    abstract void writeBody(RecordWriter out, Object value);

    /** Refuses values that were written with another signature, unless they can still be understood. */
    abstract void checkReadable(RecordReader in, String writtenWith);

    /** Reads what follows the type. */
    abstract Object readBody(RecordReader in, String writtenWith);

    /** Reads a value of whatever named type follows, if it fits. */
    static @Nullable Object readNamed(RecordReader in, Class<?> expected) {
        RecordReader.Described described = in.readType();
        if (described == null) {
            return null;
        }
        in.enter();
        Object value = described.shape().readBody(in, described.signature());
        in.leave();
        if (!expected.isInstance(value)) {
            throw in.bad("a " + value.getClass().getName() + " where a " + expected.getName() + " belongs");
        }
        return value;
    }

    @Override
    public final @Nullable Object read(RecordReader in) {
        return readNamed(in, type);
    }
}
