package dev.maintainer.replication.stream;

import dev.maintainer.api.text.Printable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What sources and sinks have thrown at the dispatchers of a node: said in the log, each text once until another one comes, so
 * that a dispatcher that fails again and again does not fill it. Any thread.
 */
final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private final AtomicLong since = new AtomicLong();
    private volatile @Nullable String last;

    /** @param bug what was thrown, if nobody should throw it */
    void note(String text, @Nullable Throwable bug) {
        String line = Printable.line(text);
        if (line.equals(last)) {
            since.incrementAndGet();
            return;
        }
        long repeated = since.getAndSet(0);
        last = line;
        if (repeated > 0) {
            LOG.warn("the failure before came {} times more", repeated);
        }
        LOG.warn("a dispatcher has failed, and will be tried again: {}", line, bug);
    }
}
