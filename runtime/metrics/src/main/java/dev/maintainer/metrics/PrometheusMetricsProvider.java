package dev.maintainer.metrics;

import dev.maintainer.runtime.metrics.Metrics;
import dev.maintainer.runtime.metrics.MetricsProvider;

/**
 * Makes {@link PrometheusMetrics}.
 *
 * @since 0.1.0
 */
public final class PrometheusMetricsProvider implements MetricsProvider {
    /** For {@link java.util.ServiceLoader}. */
    public PrometheusMetricsProvider() {}

    @Override
    public Metrics open() {
        return new PrometheusMetrics();
    }
}
