package com.example.ring;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.scheduler.spi.Scheduler;
import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.scheduler.spi.SnapshotFeature;
import dev.maintainer.scheduler.spi.SpiLevel;
import dev.maintainer.scheduler.spi.Trait;
import java.util.SortedMap;

/** Makes schedulers that place by consistent hashing with bounded loads. */
public final class RingSchedulerProvider implements SchedulerProvider {
    private static final String NODE_FACTOR = "node-factor-percent";
    private static final String ZONE_FACTOR = "zone-factor-percent";

    /** For the service loader. */
    public RingSchedulerProvider() {}

    @Override
    public SchedulerDescriptor descriptor() {
        return SchedulerDescriptor.named("ring")
                .builtFor(SpiLevel.of(2))
                .describedAs("consistent hashing with bounded loads, by weight and zone; moves nothing but drained spans")
                .with(Trait.DRAINS)
                .needs(SnapshotFeature.NODE_LABELS)
                .accepts(NODE_FACTOR, "how far a node may be above its share, from 100 to 1000; 125 if absent")
                .accepts(ZONE_FACTOR, "how far a zone may be above its share, from 100 to the node's; 105 if absent");
    }

    @Override
    public Scheduler create(SortedMap<String, String> configuration) {
        int node = percent(configuration, NODE_FACTOR, 125, 1_000);
        int zone = percent(configuration, ZONE_FACTOR, Math.min(105, node), node);
        return new RingScheduler(node, zone);
    }

    private static int percent(SortedMap<String, String> configuration, String key, int otherwise, int most) {
        String value = configuration.get(key);
        if (value == null) {
            return otherwise;
        }
        try {
            int percent = Integer.parseInt(value);
            if (percent >= 100 && percent <= most) {
                return percent;
            }
        } catch (NumberFormatException e) {
            // Told below, with the limits.
        }
        throw new MaintainerException(
                ErrorCode.BAD_CONFIGURATION, key + " '" + value + "' must be a number from 100 to " + most);
    }
}
