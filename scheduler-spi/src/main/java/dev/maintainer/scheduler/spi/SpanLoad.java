package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;

/**
 * How much work a span has been lately. Since level 3.
 *
 * @param bytesPerSecond not a number if nobody knows
 * @param rowsPerSecond not a number if nobody knows
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.HOST)
public record SpanLoad(double bytesPerSecond, double rowsPerSecond) {
    /** Nobody knows, or what is known is too old. */
    public static final SpanLoad UNKNOWN = new SpanLoad(Double.NaN, Double.NaN);

    /**
     * Whether both numbers can be calculated with.
     *
     * @return false if one of them is negative, infinite or not a number: then nothing should be done because of them
     */
    public boolean isKnown() {
        return isSound(bytesPerSecond) && isSound(rowsPerSecond);
    }

    private static boolean isSound(double number) {
        return Double.isFinite(number) && number >= 0;
    }
}
