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
    private static final String NODE_TOLERANCE = "node-tolerance-percent";
    private static final String ZONE_TOLERANCE = "zone-tolerance-percent";

    /** For the service loader. */
    public RingSchedulerProvider() {}

    @Override
    public SchedulerDescriptor descriptor() {
        return SchedulerDescriptor.named("ring")
                .builtFor(SpiLevel.of(2))
                .describedAs("consistent hashing with bounded loads, by weight and zone")
                .with(Trait.BALANCES, Trait.DRAINS)
                .needs(SnapshotFeature.NODE_LABELS)
                .accepts(NODE_TOLERANCE, "how far a node may be from its share, from 0 to 100; 25 if absent")
                .accepts(ZONE_TOLERANCE, "how far a zone may be from its share, from 0 to the node's; 5 if absent");
    }

    @Override
    public Scheduler create(SortedMap<String, String> configuration) {
        int node = percent(configuration, NODE_TOLERANCE, 25, 100);
        // Not more than the nodes', or a zone could have a load that its nodes may not have.
        int zone = percent(configuration, ZONE_TOLERANCE, Math.min(5, node), node);
        return new RingScheduler(node, zone);
    }

    private static int percent(SortedMap<String, String> configuration, String key, int otherwise, int most) {
        String value = configuration.get(key);
        if (value == null) {
            return otherwise;
        }
        try {
            int percent = Integer.parseInt(value);
            if (percent >= 0 && percent <= most) {
                return percent;
            }
        } catch (NumberFormatException e) {
            // Told below, with the limits.
        }
        throw new MaintainerException(
                ErrorCode.BAD_CONFIGURATION,
                "'scheduler.ring." + key + "' is '" + value + "'; use a number from 0 to " + most);
    }
}
