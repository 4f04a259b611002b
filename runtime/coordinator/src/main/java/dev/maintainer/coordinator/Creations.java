package dev.maintainer.coordinator;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.port.ChangefeedMetadata;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Changefeeds that people want and that are not known to be stored yet. A creation that failed may have taken effect, so it
 * waits for a load, which tells; what is not there is asked for again.
 */
final class Creations {
    private final MetadataGateway gateway;
    private final Map<Long, ChangefeedMetadata> asked = new HashMap<>();
    private final Set<ChangefeedId> names = new HashSet<>();
    private final SortedMap<ChangefeedId, ChangefeedMetadata> uncertain = new TreeMap<>();

    Creations(MetadataGateway gateway) {
        this.gateway = gateway;
    }

    /** Whether the next load decides about this one. */
    boolean isUncertain(ChangefeedId changefeed) {
        return uncertain.containsKey(changefeed);
    }

    /** Whether its creation was asked for, and not answered. */
    boolean isAsked(ChangefeedId changefeed) {
        return names.contains(changefeed);
    }

    void ask(ChangefeedMetadata first, long requestId) {
        asked.put(requestId, first);
        names.add(first.changefeed());
        gateway.compareAndSet(0, first, requestId);
    }

    /** The request was answered. Returns what it asked for; null if it was no creation. */
    @Nullable
    ChangefeedMetadata answered(long requestId) {
        ChangefeedMetadata first = asked.remove(requestId);
        if (first != null) {
            names.remove(first.changefeed());
        }
        return first;
    }

    /** The request failed. Returns whether it was a creation. */
    boolean failed(long requestId) {
        ChangefeedMetadata first = answered(requestId);
        if (first != null) {
            uncertain.put(first.changefeed(), first);
        }
        return first != null;
    }

    /** A load has come: those that were uncertain, and are not any more. */
    List<ChangefeedMetadata> takeUncertain() {
        List<ChangefeedMetadata> all = List.copyOf(uncertain.values());
        uncertain.clear();
        return all;
    }
}
