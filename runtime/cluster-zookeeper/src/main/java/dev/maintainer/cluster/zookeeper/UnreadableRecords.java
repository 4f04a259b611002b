package dev.maintainer.cluster.zookeeper;

import dev.maintainer.api.text.Printable;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records that cannot be read or written, and things that are no records: each is logged once, and all are counted. One
 * thread notes, any thread reads the count.
 */
final class UnreadableRecords {
    private static final Logger LOG = LoggerFactory.getLogger(UnreadableRecords.class);
    private static final int MOST_LOGGED = 100;

    private final Set<String> logged = new HashSet<>();
    private final AtomicLong count = new AtomicLong();

    /** A request could not be carried out because of it. */
    void note(String path, String problem) {
        count.incrementAndGet();
        if (isNew(path)) {
            LOG.error("{}", problem);
        }
    }

    /** It is not ours, and was passed over. */
    void noteStranger(String path) {
        if (isNew(path)) {
            LOG.warn("{} is no record of this product, and is ignored; delete it", Printable.line(path));
        }
    }

    private boolean isNew(String path) {
        return logged.size() < MOST_LOGGED && logged.add(path);
    }

    long count() {
        return count.get();
    }
}
