package dev.maintainer.metrics;

import dev.maintainer.runtime.metrics.MetricFamily;
import dev.maintainer.runtime.metrics.MetricSample;
import dev.maintainer.runtime.metrics.Metrics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A family and its meters, one for each combination of labels that its last samples had. Not thread-safe. */
final class SampledFamily {
    private static final Logger LOG = LoggerFactory.getLogger(SampledFamily.class);

    /** The last sample of a meter, which reads it when it is shown. */
    private static final class Latest {
        private volatile MetricSample sample;

        Latest(MetricSample sample) {
            this.sample = sample;
        }
    }

    private record Shown(Latest latest, Meter meter) {}

    private final MeterRegistry registry;
    private final MetricFamily family;
    private final Supplier<List<MetricSample>> samples;
    private final Map<List<String>, Shown> shown = new HashMap<>();
    private boolean failed;

    SampledFamily(MeterRegistry registry, MetricFamily family, Supplier<List<MetricSample>> samples) {
        this.registry = registry;
        this.family = family;
        this.samples = samples;
    }

    /** Takes the present samples; meters without one are gone. One family that fails must not take the others with it. */
    void refresh() {
        List<MetricSample> present;
        try {
            present = samples.get();
        } catch (RuntimeException e) {
            if (!failed) {
                failed = true;
                LOG.warn("the metric {} has no values; this is told once: {}", family.name(), e.toString());
            }
            present = List.of();
        }
        Set<List<String>> seen = new HashSet<>();
        for (MetricSample sample : present) {
            if (seen.size() < Metrics.MOST_SAMPLES && seen.add(sample.labels())) {
                show(sample);
            }
        }
        shown.entrySet().removeIf(each -> {
            boolean gone = !seen.contains(each.getKey());
            if (gone) {
                registry.remove(each.getValue().meter());
            }
            return gone;
        });
    }

    private void show(MetricSample sample) {
        Shown present = shown.get(sample.labels());
        if (present != null) {
            present.latest().sample = sample;
            return;
        }
        Latest latest = new Latest(sample);
        shown.put(sample.labels(), new Shown(latest, meter(latest, tags(sample))));
    }

    private List<Tag> tags(MetricSample sample) {
        if (sample.labels().size() != family.labels().size()) {
            throw new IllegalStateException(
                    "the metric " + family.name() + " has the labels " + family.labels() + ", not " + sample.labels());
        }
        List<Tag> tags = new ArrayList<>();
        for (int i = 0; i < sample.labels().size(); i++) {
            tags.add(Tag.of(family.labels().get(i), sample.labels().get(i)));
        }
        return tags;
    }

    private Meter meter(Latest latest, List<Tag> tags) {
        return switch (family.kind()) {
            case COUNTER ->
                FunctionCounter.builder(family.name(), latest, each -> each.sample.value())
                        .baseUnit(unit())
                        .description(family.description())
                        .tags(tags)
                        .register(registry);
            case GAUGE ->
                Gauge.builder(family.name(), latest, each -> each.sample.value())
                        .baseUnit(unit())
                        .description(family.description())
                        .tags(tags)
                        .strongReference(true)
                        .register(registry);
            case DURATION ->
                FunctionTimer.builder(
                                family.name(),
                                latest,
                                each -> (long) each.sample.value(),
                                each -> each.sample.seconds(),
                                TimeUnit.SECONDS)
                        .description(family.description())
                        .tags(tags)
                        .register(registry);
        };
    }

    private @Nullable String unit() {
        return family.unit().isEmpty() ? null : family.unit();
    }
}
