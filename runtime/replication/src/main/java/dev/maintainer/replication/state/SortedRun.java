package dev.maintainer.replication.state;

import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.file.RowBlock;
import dev.maintainer.replication.file.Spool;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Changes in the order of their keys, set aside in blocks that are read one after the other. */
record SortedRun(List<RowBlock> blocks) {
    private static final int BLOCK_BYTES = 1 << 15;

    static SortedRun write(Spool spool, List<RowEvent> sorted) throws IOException {
        List<RowBlock> blocks = new ArrayList<>();
        int from = 0;
        long bytes = 0;
        for (int i = 0; i < sorted.size(); i++) {
            bytes += sorted.get(i).size();
            if (bytes >= BLOCK_BYTES || i == sorted.size() - 1) {
                blocks.add(RowBlock.write(spool, sorted.subList(from, i + 1)));
                from = i + 1;
                bytes = 0;
            }
        }
        return new SortedRun(blocks);
    }

    Reader read(Spool spool) throws IOException {
        return new Reader(spool, blocks.iterator(), List.of());
    }

    /** Reads a run; stands on its first change that was not taken. */
    static final class Reader {
        private final Spool spool;
        private final Iterator<RowBlock> blocks;
        private Iterator<RowEvent> block;
        private RowEvent first;

        private Reader(Spool spool, Iterator<RowBlock> blocks, List<RowEvent> block) {
            this.spool = spool;
            this.blocks = blocks;
            this.block = block.isEmpty() ? blocks.next().read(spool).iterator() : block.iterator();
            this.first = this.block.next();
        }

        static Reader of(List<RowEvent> sorted) {
            return new Reader(new Spool(0), List.<RowBlock>of().iterator(), sorted);
        }

        RowEvent first() {
            return first;
        }

        /** Whether there is another one. */
        boolean advance() {
            if (!block.hasNext()) {
                if (!blocks.hasNext()) {
                    return false;
                }
                block = blocks.next().read(spool).iterator();
            }
            first = block.next();
            return true;
        }
    }
}
