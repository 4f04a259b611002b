package dev.maintainer.core.journal;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** How the values of one static type are written, read, hashed and walked. */
interface Shape {
    void write(RecordWriter out, @Nullable Object value);

    @Nullable
    Object read(RecordReader in);

    /** Mixes the value into a hash. Equal values of equal types give the same on every machine. */
    long digest(long hash, @Nullable Object value);

    /** Shows the value, and every record, enum and bound inside, to a visitor; outer ones first. */
    void visit(Object value, Consumer<Object> visitor);

    /** A record or an enum: its class travels with the value. */
    interface Named extends Shape {
        /** Small, and different for all named shapes of a codec. */
        int index();

        /** The binary class name. */
        String name();

        /** What must be the same where it is read. */
        String signature();

        /** Refuses values that were written with another signature, unless they can still be understood. */
        void checkReadable(RecordReader in, String writtenWith);

        /** Reads what follows the type. */
        Object readBody(RecordReader in, String writtenWith);
    }
}
