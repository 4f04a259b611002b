package dev.maintainer.runtime.metrics;

import java.util.List;
import java.util.function.Supplier;

/**
 * Shows what is measured. Whoever measures registers where its samples come from, and is asked when somebody looks: nothing is
 * pushed, so what nobody looks at costs nothing. Thread-safe.
 *
 * @since 0.1.0
 */
public interface Metrics extends AutoCloseable {
    /** So many combinations of labels of one family are shown at most; what is beyond them is left out. */
    int MOST_SAMPLES = 1_000;

    /**
     * Shows a family from now on.
     *
     * @param family what it is; each name once
     * @param samples all its present samples, each combination of labels once. Called by any thread, and must not block; what it
     *     throws costs its own samples only
     */
    void register(MetricFamily family, Supplier<List<MetricSample>> samples);

    /** {@return everything, in the text format of Prometheus, with the process and its virtual machine} */
    String text();

    /** {@return the media type of {@link #text}} */
    String contentType();

    /** Shows nothing any more. */
    @Override
    void close();
}
