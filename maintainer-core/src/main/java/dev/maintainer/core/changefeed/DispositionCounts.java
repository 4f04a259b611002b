package dev.maintainer.core.changefeed;

import dev.maintainer.api.message.Disposition;
import java.util.Map;
import java.util.TreeMap;

/** Counts what became of inbound messages, by kind. */
public final class DispositionCounts {
    private final TreeMap<String, Long> counts = new TreeMap<>();

    /** Counts one message. */
    public Disposition count(String kind, Disposition disposition) {
        counts.merge(kind + "/" + disposition, 1L, Long::sum);
        return disposition;
    }

    /** The counts, by {@code <kind>/<disposition>}. */
    public Map<String, Long> asMap() {
        return new TreeMap<>(counts);
    }
}
