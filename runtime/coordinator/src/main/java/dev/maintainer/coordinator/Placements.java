package dev.maintainer.coordinator;

import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.port.MetadataStore.Versioned;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The changefeeds that are known: takes the steps of each that are due, finds the one that an answer of the store is for,
 * and publishes where each is. Only {@link #views} and {@link #view} may be used from any thread.
 */
final class Placements {
    private final MetadataGateway metadata;
    private final Fleet fleet;
    private final CoordinatorConfig config;
    private final CoordinatorObserver observer;
    private final SortedMap<ChangefeedId, ChangefeedPlacement> known = new TreeMap<>();
    private final ConcurrentHashMap<ChangefeedId, ChangefeedView> views = new ConcurrentHashMap<>();
    private final Map<Long, ChangefeedId> requests = new HashMap<>();
    private long nextRequestId = MetadataGateway.LOAD_REQUEST + 1;

    Placements(MetadataGateway metadata, Fleet fleet, CoordinatorConfig config, CoordinatorObserver observer) {
        this.metadata = metadata;
        this.fleet = fleet;
        this.config = config;
        this.observer = observer;
    }

    @Nullable
    ChangefeedPlacement get(ChangefeedId changefeed) {
        return known.get(changefeed);
    }

    boolean contains(ChangefeedId changefeed) {
        return known.containsKey(changefeed);
    }

    int size() {
        return known.size();
    }

    /** By the name of the changefeed. */
    Collection<ChangefeedPlacement> all() {
        return Collections.unmodifiableCollection(known.values());
    }

    /** The same, for whoever may change which there are. */
    List<ChangefeedPlacement> copy() {
        return List.copyOf(known.values());
    }

    /** Where a changefeed is; null if it is not known. */
    @Nullable
    ChangefeedView view(ChangefeedId changefeed) {
        return views.get(changefeed);
    }

    /** Where all are, sorted; a copy. */
    SortedMap<ChangefeedId, ChangefeedView> views() {
        return new TreeMap<>(views);
    }

    /** An id for a request to the store. */
    long nextRequest() {
        return nextRequestId++;
    }

    /** A changefeed that was not known is stored. No maintainer is added under an epoch up to {@code usedEpoch}. */
    ChangefeedPlacement track(Versioned versioned, long usedEpoch) {
        ChangefeedPlacement placement = new ChangefeedPlacement(
                new MetadataSlot(metadata, config, versioned), fleet, config, observer, usedEpoch);
        known.put(placement.changefeed(), placement);
        publish(placement);
        return placement;
    }

    /** Takes every step that is due. */
    void advance(ChangefeedPlacement placement, long nowMillis) {
        long requestId = nextRequestId;
        if (placement.advance(requestId, nowMillis)) {
            nextRequestId++;
            requests.put(requestId, placement.changefeed());
        }
        publish(placement);
    }

    private void publish(ChangefeedPlacement placement) {
        ChangefeedView view = placement.view();
        if (!view.equals(views.get(placement.changefeed()))) {
            views.put(placement.changefeed(), view);
        }
    }

    /**
     * A request has ended.
     *
     * @param result what is stored now; null if it failed, met another version, or was a deletion
     * @return which changefeed it was for; null if that is not known any more
     */
    @Nullable
    ChangefeedPlacement ended(long requestId, @Nullable Versioned result, long nowMillis) {
        ChangefeedId changefeed = requests.remove(requestId);
        ChangefeedPlacement placement = changefeed == null ? null : known.get(changefeed);
        if (placement != null) {
            placement.slot().ended(result, nowMillis);
            if (result != null) {
                placement.stored();
            }
        }
        return placement;
    }

    /** The changefeed is not stored any more. */
    void forget(ChangefeedPlacement placement, long nowMillis) {
        placement.deleted(nowMillis);
        known.remove(placement.changefeed());
        views.remove(placement.changefeed());
    }

    /** Looks for what contradicts what. O(all changefeeds). */
    void audit(Findings findings) {
        Map<NodeId, Integer> load = new TreeMap<>();
        known.forEach((changefeed, placement) -> {
            placement.audit(changefeed, requests, findings);
            NodeId owner = placement.ownership().node();
            if (owner != null && fleet.isAlive(owner)) {
                load.merge(owner, 1, Integer::sum);
            }
        });
        findings.require(load.equals(fleet.load()), "C-5", "maintainers: kept ", fleet.load(), ", counted ", load);
    }
}
