package dev.maintainer.metrics;

import dev.maintainer.runtime.metrics.MetricFamily;
import dev.maintainer.runtime.metrics.MetricSample;
import dev.maintainer.runtime.metrics.Metrics;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Shows families, the process and its virtual machine in the text format of Prometheus. Samples are fetched when somebody looks;
 * whoever looks at the same time waits for the other. Thread-safe.
 */
final class PrometheusMetrics implements Metrics {
    private static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    /** Guarded by this. */
    private final Map<String, SampledFamily> families = new TreeMap<>();

    PrometheusMetrics() {
        new ClassLoaderMetrics().bindTo(registry);
        new JvmMemoryMetrics().bindTo(registry);
        collections.bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
    }

    @Override
    public synchronized void register(MetricFamily family, Supplier<List<MetricSample>> samples) {
        if (families.putIfAbsent(family.name(), new SampledFamily(registry, family, samples)) != null) {
            throw new IllegalStateException("the metric " + family.name() + " is registered already");
        }
    }

    @Override
    public synchronized String text() {
        families.values().forEach(SampledFamily::refresh);
        return registry.scrape(CONTENT_TYPE);
    }

    @Override
    public String contentType() {
        return CONTENT_TYPE;
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }
}
