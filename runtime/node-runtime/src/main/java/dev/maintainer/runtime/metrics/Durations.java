package dev.maintainer.runtime.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** How often something has ended in which way, and how long that took altogether. Thread-safe. */
public final class Durations {
    private record Sum(LongAdder count, LongAdder nanos) {}

    private final Map<String, Sum> sums = new ConcurrentSkipListMap<>();

    /** Nothing has happened yet. */
    public Durations() {}

    /**
     * It has happened once more.
     *
     * @param outcome how it ended; one of few
     * @param nanos how long it took, in nanoseconds
     */
    public void add(String outcome, long nanos) {
        Sum sum = sums.computeIfAbsent(outcome, any -> new Sum(new LongAdder(), new LongAdder()));
        sum.count.increment();
        sum.nanos.add(nanos);
    }

    /** {@return a sample for each outcome, with the outcome as its only label} */
    public List<MetricSample> samples() {
        List<MetricSample> samples = new ArrayList<>();
        sums.forEach((outcome, sum) -> samples.add(MetricSample.ofDuration(sum.count.sum(), sum.nanos.sum(), outcome)));
        return samples;
    }
}
