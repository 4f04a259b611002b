package dev.maintainer.replication.route;

import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.replication.BlockReader;
import org.jspecify.annotations.Nullable;

/** Block events with the names of the target. */
record RoutedBlocks(BlockReader blocks, RoutedSource source) implements BlockReader {
    @Override
    public @Nullable BlockEvent poll(long upToTs) {
        BlockEvent event = blocks.poll(upToTs);
        return event == null ? null : source.routed(event);
    }

    @Override
    public long nextTs() {
        return blocks.nextTs();
    }

    @Override
    public void close() {
        blocks.close();
    }
}
