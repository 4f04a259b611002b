package dev.maintainer.node.metrics;

import dev.maintainer.runtime.metrics.MetricSample;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.DoubleBinaryOperator;

/** Names of changefeeds and nodes are as many as there are; so many time series nobody wants to keep. */
final class BoundedLabels {
    /** Stands for all that are not shown under their own name. No changefeed and no node is called so. */
    static final String OTHER = "_other";

    private BoundedLabels() {}

    /**
     * Keeps the first values of the first label, and joins the samples of all others.
     *
     * @param samples in the order in which their first labels are kept
     * @param most how many values of the first label are kept
     * @param join makes one value of two
     */
    static List<MetricSample> first(List<MetricSample> samples, int most, DoubleBinaryOperator join) {
        Set<String> kept = new HashSet<>();
        Map<List<String>, Double> joined = new LinkedHashMap<>();
        for (MetricSample sample : samples) {
            List<String> labels = sample.labels();
            if (!kept.contains(labels.get(0)) && kept.size() == most) {
                labels = new ArrayList<>(labels);
                labels.set(0, OTHER);
            } else {
                kept.add(labels.get(0));
            }
            joined.merge(labels, sample.value(), join::applyAsDouble);
        }
        List<MetricSample> bounded = new ArrayList<>();
        joined.forEach((labels, value) -> bounded.add(new MetricSample(labels, value, 0)));
        return bounded;
    }
}
