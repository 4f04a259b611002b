package dev.maintainer.runtime.metrics;

import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * One value of a {@link MetricFamily}.
 *
 * @param labels the values of its labels, in their order; an empty one stands for none
 * @param value of a counter or a gauge; of a duration, how often
 * @param seconds of a duration, how long altogether; else 0
 * @since 0.1.0
 */
public record MetricSample(List<String> labels, double value, double seconds) {
    private static final double NANOS_PER_SECOND = TimeUnit.SECONDS.toNanos(1);

    /**
     * Copies the list.
     *
     * @param labels the values of its labels
     * @param value the value, or how often
     * @param seconds how long altogether
     */
    public MetricSample {
        labels = List.copyOf(labels);
    }

    /**
     * {@return a sample of a counter or a gauge}
     *
     * @param value the value
     * @param labels the values of its labels
     */
    public static MetricSample of(double value, String... labels) {
        return new MetricSample(List.of(labels), value, 0);
    }

    /**
     * {@return a sample of a duration}
     *
     * @param count how often
     * @param nanos how long altogether, in nanoseconds
     * @param labels the values of its labels
     */
    public static MetricSample ofDuration(long count, long nanos, String... labels) {
        return new MetricSample(List.of(labels), count, nanos / NANOS_PER_SECOND);
    }
}
