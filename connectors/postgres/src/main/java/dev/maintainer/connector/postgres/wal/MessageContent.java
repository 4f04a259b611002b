package dev.maintainer.connector.postgres.wal;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Any bytes. Immutable; its {@link #toString} does not tell them. */
public final class MessageContent {
    private final byte[] bytes;

    /** The bytes must not be changed any more. */
    MessageContent(byte[] bytes) {
        this.bytes = bytes;
    }

    /** {@return the bytes, a copy} */
    public byte[] bytes() {
        return bytes.clone();
    }

    @Override
    public boolean equals(@Nullable Object object) {
        return object instanceof MessageContent other && Arrays.equals(other.bytes, bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return bytes.length + " bytes";
    }
}
