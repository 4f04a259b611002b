package dev.maintainer.connector.changelog;

import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.file.RowBlock;
import dev.maintainer.replication.file.Spool;
import java.util.List;

/** Reads blocks, and keeps those that were read lately: readers of one table follow each other. Thread-safe. */
final class BlockCache {
    /** What a row costs beside its text, which is twice as long in memory at most. */
    private static final int OVERHEAD = 150;

    private final Spool spool;
    private final Cache<RowBlock, List<RowEvent>> cache;

    BlockCache(Spool spool, long bytes) {
        this.spool = spool;
        this.cache = CacheBuilder.newBuilder()
                .maximumWeight(bytes)
                .weigher((RowBlock block, List<RowEvent> rows) -> 2 * block.bytes() + OVERHEAD * block.count())
                .build();
    }

    List<RowEvent> rows(RowBlock block) {
        List<RowEvent> rows = cache.getIfPresent(block);
        if (rows == null) {
            rows = block.read(spool);
            cache.put(block, rows);
        }
        return rows;
    }
}
