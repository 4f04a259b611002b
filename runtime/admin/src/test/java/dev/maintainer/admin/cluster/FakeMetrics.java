package dev.maintainer.admin.cluster;

import dev.maintainer.runtime.metrics.MetricFamily;
import dev.maintainer.runtime.metrics.MetricSample;
import dev.maintainer.runtime.metrics.Metrics;
import java.util.List;
import java.util.function.Supplier;

/** Shows one number, whatever was registered. */
final class FakeMetrics implements Metrics {
    @Override
    public void register(MetricFamily family, Supplier<List<MetricSample>> samples) {}

    /** Happens while they are made. */
    private final Runnable making;

    FakeMetrics(Runnable making) {
        this.making = making;
    }

    @Override
    public String text() {
        making.run();
        return "maintainer_node_ready 1.0\n";
    }

    @Override
    public String contentType() {
        return "text/plain; version=0.0.4";
    }

    @Override
    public void close() {}
}
