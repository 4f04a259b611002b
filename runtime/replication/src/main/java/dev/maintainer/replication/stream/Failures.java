package dev.maintainer.replication.stream;

import dev.maintainer.api.text.Printable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What sources and sinks have thrown at the dispatchers of a node. A dispatcher that fails is tried again, so failures of one
 * kind are logged when their number doubles, and only the first of them with its stack trace. Thread-safe.
 */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    /** How many there were, by the code or the class of what was thrown. */
    private final Map<String, Long> counts = new ConcurrentHashMap<>();

    /**
     * Counts a failure.
     *
     * @param kind the error code, or the class of what was thrown
     * @param unexpected what was thrown, if no connector should throw it
     */
    void note(String kind, @Nullable String text, @Nullable Throwable unexpected) {
        long count = counts.merge(kind, 1L, Long::sum);
        if (Long.bitCount(count) == 1) {
            LOG.warn(
                    "a dispatcher has failed with {}, {} so far on this node, and is tried again: {}",
                    kind,
                    count,
                    Printable.line(String.valueOf(text)),
                    count == 1 ? unexpected : null);
        }
    }

    /** How many there were of a kind. */
    long count(String kind) {
        return counts.getOrDefault(kind, 0L);
    }
}
