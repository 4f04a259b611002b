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
}
