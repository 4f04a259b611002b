package dev.maintainer.core.changefeed;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.message.Disposition;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what became of inbound messages, by kind. */
public final class DispositionCounts {
    private final TreeMap<String, Long> counts = new TreeMap<>();
    private long begun;

    /** A message has arrived; {@link #count} has to follow. */
    public void begin() {
        begun++;
    }

    /** Counts one message. */
    public Disposition count(String kind, Disposition disposition) {
        counts.merge(kind + "/" + disposition, 1L, Long::sum);
        return disposition;
    }

    /** The counts, by {@code <kind>/<disposition>}. */
    public Map<String, Long> asMap() {
        return new TreeMap<>(counts);
    }

    /** Whether every message that has arrived was counted, once. */
    public List<Finding> audit() {
        long ended = counts.values().stream().mapToLong(Long::longValue).sum();
        Findings findings = new Findings();
        findings.require(
                ended == begun, "N-09", begun, " messages have arrived, and ", ended, " dispositions were counted");
        return findings.all();
    }
}
