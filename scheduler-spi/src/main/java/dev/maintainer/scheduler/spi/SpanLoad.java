package dev.maintainer.scheduler.spi;

import dev.maintainer.api.annotation.Stability;

/**
 * The recent load of a span. Since level 3.
 *
 * @param bytesPerSecond NaN if unknown
 * @param rowsPerSecond NaN if unknown
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
@ConstructedBy(ConstructedBy.Side.HOST)
public record SpanLoad(double bytesPerSecond, double rowsPerSecond) {
    /** The load is unknown, or what is known is too old. */
    public static final SpanLoad UNKNOWN = new SpanLoad(Double.NaN, Double.NaN);

    /**
     * Whether both numbers can be used in calculations.
     *
     * @return false if one of them is negative, infinite or not a number: then they must not lead to any action
     */
    public boolean isKnown() {
        return isSound(bytesPerSecond) && isSound(rowsPerSecond);
    }

    private static boolean isSound(double number) {
        return Double.isFinite(number) && number >= 0;
    }
}
