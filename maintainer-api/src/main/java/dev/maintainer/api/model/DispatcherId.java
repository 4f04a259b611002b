package dev.maintainer.api.model;

import dev.maintainer.api.annotation.Stability;
import org.jspecify.annotations.Nullable;

/**
 * 128-bit identity of a dispatcher. It stays with a span when the span moves, and is never reused for another range or
 * table.
 *
 * @param high the upper 64 bits; unsigned
 * @param low the lower 64 bits; unsigned
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record DispatcherId(long high, long low) implements Comparable<DispatcherId> {
    /** The invalid id. No dispatcher has it; an allowlist ignores it. */
    public static final DispatcherId ZERO = new DispatcherId(0, 0);

    /** {@return whether this is the invalid id} */
    public boolean isZero() {
        return high == 0 && low == 0;
    }

    @Override
    public int compareTo(DispatcherId other) {
        int byHigh = Long.compareUnsigned(high, other.high);
        return byHigh != 0 ? byHigh : Long.compareUnsigned(low, other.low);
    }

    // Written out, because it is asked for each status, and the one that a record gets looks at the class first.
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof DispatcherId id && high == id.high && low == id.low);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(high * 31 + low * 0x9E3779B97F4A7C15L);
    }

    @Override
    public String toString() {
        String digits = "000000000000000" + Long.toHexString(high);
        String counter = "000000000000000" + Long.toHexString(low);
        return digits.substring(digits.length() - 16) + counter.substring(counter.length() - 16);
    }
}
