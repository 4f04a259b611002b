package dev.maintainer.runtime.metrics;

/**
 * Makes metrics. Found by {@link java.util.ServiceLoader}, so that whoever runs nodes needs nothing of the library behind it.
 *
 * @since 0.1.0
 */
@FunctionalInterface
public interface MetricsProvider {
    /** {@return metrics of this process, without families} */
    Metrics open();
}
