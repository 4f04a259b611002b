package dev.maintainer.core.scheduling.catalog;

import dev.maintainer.scheduler.spi.SchedulerDescriptor;
import dev.maintainer.scheduler.spi.SnapshotFeature;
import dev.maintainer.scheduler.spi.SpiLevel;
import dev.maintainer.scheduler.spi.Trait;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Whether a host and a scheduler can work together, decided before the scheduler is created. */
public sealed interface Negotiation {
    /**
     * They can.
     *
     * @param level what both speak: the host hides what came later
     */
    record Accepted(SpiLevel level) implements Negotiation {}

    /**
     * They cannot.
     *
     * @param message all reasons, each with what to do; it follows upon the name of the scheduler
     */
    record Refused(String message) implements Negotiation {}

    /** Pure: a function of its arguments. */
    static Negotiation of(SchedulerDescriptor scheduler, HostOffer host) {
        SpiLevel level = scheduler.level();
        String levels = "is built for level " + level + " of the scheduler contract, this maintainer supports "
                + (host.oldest().equals(host.newest())
                        ? "level " + host.newest()
                        : host.oldest() + " to " + host.newest());
        if (level.compareTo(host.oldest()) < 0) {
            return new Refused(levels + "; rebuild it against the scheduler-spi of this release");
        }
        if (level.compareTo(host.newest()) > 0) {
            return new Refused(levels + "; use a newer maintainer, or an older release of the plug-in");
        }
        List<String> reasons = new ArrayList<>();
        SortedSet<SnapshotFeature> lacking = new TreeSet<>(scheduler.needs());
        lacking.removeAll(host.features());
        if (!lacking.isEmpty()) {
            reasons.add("needs " + lacking + ", which this maintainer does not have; it has " + host.features());
        }
        for (SnapshotFeature feature : scheduler.needs()) {
            if (feature.since().compareTo(level) > 0) {
                reasons.add("is built for level " + level + " and needs " + feature + ", which came with level "
                        + feature.since() + "; build it for level " + feature.since());
            }
        }
        boolean early = level.compareTo(SchedulerDescriptor.PATTERNS_SINCE) < 0;
        for (String key : scheduler.keys().keySet()) {
            if (early && SchedulerDescriptor.isPattern(key)) {
                reasons.add("is built for level " + level + " and declares the pattern of keys '" + key
                        + "', and patterns came with level " + SchedulerDescriptor.PATTERNS_SINCE
                        + "; build it for level "
                        + SchedulerDescriptor.PATTERNS_SINCE);
            }
        }
        SortedSet<Trait> unsafe = new TreeSet<>(host.safety());
        unsafe.removeAll(scheduler.traits());
        if (!unsafe.isEmpty()) {
            reasons.add("does not claim " + unsafe + ", which this maintainer relies on; use a scheduler that does");
        }
        return reasons.isEmpty() ? new Accepted(level) : new Refused(String.join("; it also ", reasons));
    }
}
