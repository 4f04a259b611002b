package dev.maintainer.replication;

/**
 * The recent load of a span.
 *
 * @param bytesPerSecond of keys and rows; NaN if unknown
 * @param rowsPerSecond NaN if unknown
 */
public record SpanWork(double bytesPerSecond, double rowsPerSecond) {
    /** The load is unknown, or what is known is too old. */
    public static final SpanWork UNKNOWN = new SpanWork(Double.NaN, Double.NaN);
}
