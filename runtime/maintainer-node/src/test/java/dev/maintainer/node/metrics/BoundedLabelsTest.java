package dev.maintainer.node.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.runtime.metrics.MetricSample;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BoundedLabelsTest {
    private static final List<MetricSample> FEEDS = List.of(
            MetricSample.of(1, "a", "add"),
            MetricSample.of(2, "a", "move"),
            MetricSample.of(3, "b", "add"),
            MetricSample.of(4, "c", "add"),
            MetricSample.of(5, "d", "add"),
            MetricSample.of(6, "d", "move"));

    @Test
    @DisplayName("changefeeds beyond those that have room are added up, each kind for itself")
    void sums() {
        assertThat(BoundedLabels.first(FEEDS, 2, Double::sum))
                .containsExactly(
                        MetricSample.of(1, "a", "add"),
                        MetricSample.of(2, "a", "move"),
                        MetricSample.of(3, "b", "add"),
                        MetricSample.of(9, BoundedLabels.OTHER, "add"),
                        MetricSample.of(6, BoundedLabels.OTHER, "move"));
    }

    @Test
    @DisplayName("of ages the oldest counts")
    void worst() {
        assertThat(BoundedLabels.first(FEEDS, 1, Math::max))
                .contains(
                        MetricSample.of(5, BoundedLabels.OTHER, "add"),
                        MetricSample.of(6, BoundedLabels.OTHER, "move"));
    }

    @Test
    @DisplayName("what has room is shown as it is")
    void all() {
        assertThat(BoundedLabels.first(FEEDS, 4, Double::sum)).isEqualTo(FEEDS);
    }
}
