package dev.maintainer.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.runtime.metrics.MetricFamily;
import dev.maintainer.runtime.metrics.MetricFamily.Kind;
import dev.maintainer.runtime.metrics.MetricSample;
import dev.maintainer.runtime.metrics.Metrics;
import dev.maintainer.runtime.metrics.MetricsProvider;
import java.util.ArrayList;
import java.util.List;
import java.util.ServiceLoader;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class PrometheusMetricsTest {
    private static final MetricFamily LAG =
            new MetricFamily("maintainer.lag", Kind.GAUGE, "seconds", List.of("changefeed"), "How late it is.");

    private final Metrics metrics =
            ServiceLoader.load(MetricsProvider.class).findFirst().orElseThrow().open();
    private final List<MetricSample> samples = new ArrayList<>();

    @AfterEach
    void close() {
        metrics.close();
    }

    private List<String> lines(String name) {
        return metrics.text()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .toList();
    }

    @Test
    @DisplayName("a gauge shows what holds when somebody looks, and a changefeed that is gone is not shown any more")
    void gauges() {
        metrics.register(LAG, () -> List.copyOf(samples));
        samples.add(MetricSample.of(3, "orders"));
        samples.add(MetricSample.of(1, "users"));

        assertThat(lines("maintainer_lag_seconds"))
                .containsExactlyInAnyOrder(
                        "maintainer_lag_seconds{changefeed=\"orders\"} 3.0",
                        "maintainer_lag_seconds{changefeed=\"users\"} 1.0");

        samples.clear();
        samples.add(MetricSample.of(7, "orders"));
        assertThat(lines("maintainer_lag_seconds"))
                .containsExactly("maintainer_lag_seconds{changefeed=\"orders\"} 7.0");
    }

    @Test
    @DisplayName("a counter has the ending that Prometheus expects, and goes on after it was shown")
    void counters() {
        metrics.register(
                new MetricFamily("maintainer.refusals", Kind.COUNTER, "", List.of("code"), "Refusals."),
                () -> List.copyOf(samples));
        samples.add(MetricSample.of(2, "MNT-6002"));
        assertThat(lines("maintainer_refusals_total"))
                .containsExactly("maintainer_refusals_total{code=\"MNT-6002\"} 2.0");
        samples.set(0, MetricSample.of(5, "MNT-6002"));
        assertThat(lines("maintainer_refusals_total"))
                .containsExactly("maintainer_refusals_total{code=\"MNT-6002\"} 5.0");
    }

    @Test
    @DisplayName("a duration shows how often and how long, in seconds")
    void durations() {
        metrics.register(
                new MetricFamily("maintainer.handoffs", Kind.DURATION, "", List.of("outcome"), "Handoffs."),
                () -> List.of(MetricSample.ofDuration(2, 1_500_000_000, "moved")));

        assertThat(lines("maintainer_handoffs_seconds_count"))
                .containsExactly("maintainer_handoffs_seconds_count{outcome=\"moved\"} 2");
        assertThat(lines("maintainer_handoffs_seconds_sum"))
                .containsExactly("maintainer_handoffs_seconds_sum{outcome=\"moved\"} 1.5");
    }

    @Test
    @DisplayName("a family whose samples fail costs no other family its own")
    void failures() {
        metrics.register(LAG, () -> {
            throw new IllegalStateException("nobody knows");
        });
        metrics.register(
                new MetricFamily("maintainer.members", Kind.GAUGE, "", List.of(), "Members."),
                () -> List.of(MetricSample.of(3)));

        assertThat(lines("maintainer_lag_seconds")).isEmpty();
        assertThat(lines("maintainer_members")).containsExactly("maintainer_members 3.0");
    }

    @Test
    @DisplayName("more combinations of labels than anybody can look at are left out")
    void bounded() {
        metrics.register(
                LAG,
                () -> IntStream.range(0, 3 * Metrics.MOST_SAMPLES)
                        .mapToObj(i -> MetricSample.of(i, "feed" + i))
                        .toList());

        assertThat(lines("maintainer_lag_seconds")).hasSize(Metrics.MOST_SAMPLES);
    }

    @Test
    @DisplayName("a name that is registered twice is a bug of ours")
    void twice() {
        metrics.register(LAG, List::of);
        assertThatThrownBy(() -> metrics.register(LAG, List::of))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("maintainer.lag");
    }

    @Test
    @DisplayName("memory, collections, threads and descriptors of the process are shown, too")
    void process() {
        assertThat(metrics.text())
                .contains("jvm_memory_used_bytes{")
                .contains("jvm_threads_live_threads ")
                .contains("jvm_gc_")
                .contains("process_files_open_files ")
                .contains("process_uptime_seconds ");
    }
}
