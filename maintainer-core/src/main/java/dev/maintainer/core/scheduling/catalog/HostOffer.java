package dev.maintainer.core.scheduling.catalog;

import dev.maintainer.scheduler.spi.SnapshotFeature;
import dev.maintainer.scheduler.spi.SpiLevel;
import dev.maintainer.scheduler.spi.Trait;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What a host offers to schedulers, and what it requires of them.
 *
 * @param oldest the oldest level of the contract that it supports
 * @param newest the newest level that it supports, not below {@code oldest}
 * @param features what its snapshots can have; sorted, unmodifiable
 * @param safety traits without which it runs no scheduler, as it would rely on them; sorted, unmodifiable
 */
public record HostOffer(
        SpiLevel oldest, SpiLevel newest, SortedSet<SnapshotFeature> features, SortedSet<Trait> safety) {
    /**
     * The offer of this release. The safety set is empty: nothing here relies on a trait. Of a node that is being emptied
     * the core moves the spans away itself if a scheduler does not.
     */
    public static final HostOffer OURS =
            of(SpiLevel.OLDEST, SpiLevel.CURRENT, List.of(SnapshotFeature.values()), List.of());

    /** Copies the sets. */
    public HostOffer {
        if (oldest.compareTo(newest) > 0) {
            throw new IllegalArgumentException("levels " + oldest + " to " + newest + " are none");
        }
        features = Collections.unmodifiableSortedSet(new TreeSet<>(features));
        safety = Collections.unmodifiableSortedSet(new TreeSet<>(safety));
    }

    /** An offer from collections in any order. */
    public static HostOffer of(
            SpiLevel oldest, SpiLevel newest, Collection<SnapshotFeature> features, Collection<Trait> safety) {
        return new HostOffer(oldest, newest, new TreeSet<>(features), new TreeSet<>(safety));
    }
}
