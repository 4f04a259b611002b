package dev.maintainer.replication;

/**
 * How much work a span has been lately.
 *
 * @param bytesPerSecond of keys and rows; not a number if nobody knows
 * @param rowsPerSecond not a number if nobody knows
 */
public record SpanWork(double bytesPerSecond, double rowsPerSecond) {
    /** Nobody knows, or what is known is too old. */
    public static final SpanWork UNKNOWN = new SpanWork(Double.NaN, Double.NaN);
}
