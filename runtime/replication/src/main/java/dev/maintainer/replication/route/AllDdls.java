package dev.maintainer.replication.route;

import dev.maintainer.api.model.BlockEvent;
import dev.maintainer.api.model.BlockKind;
import dev.maintainer.replication.BlockReader;
import dev.maintainer.replication.DdlReader;
import dev.maintainer.replication.RowReader;
import dev.maintainer.replication.event.BlockEvents;
import dev.maintainer.replication.event.DdlEvent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The block events of a source, and its other DDLs as events at which only the DDL trigger dispatcher stops. */
final class AllDdls implements BlockReader {
    private final BlockReader blocks;
    private final DdlReader ddls;
    /** Read, and not returned; null if there is none. */
    private volatile @Nullable BlockEvent ahead;

    AllDdls(BlockReader blocks, DdlReader ddls) {
        this.blocks = blocks;
        this.ddls = ddls;
    }

    @Override
    public @Nullable BlockEvent poll(long upToTs) {
        if (ahead == null) {
            ahead = blocks.poll(upToTs);
        }
        BlockEvent event = ahead;
        long ddlTs = ddls.nextTs();
        boolean ddlFirst = ddlTs != RowReader.NONE
                && ddlTs <= upToTs
                && (event == null || ddlTs <= event.key().commitTs());
        if (ddlFirst) {
            List<DdlEvent> together = ddls.poll(upToTs);
            boolean blocks = event != null
                    && event.key().kind() == BlockKind.DDL
                    && event.key().commitTs() == together.get(0).commitTs();
            if (!blocks) {
                return BlockEvents.ofNobody(together);
            }
        }
        ahead = null;
        return event;
    }

    @Override
    public long nextTs() {
        BlockEvent event = ahead;
        return Math.min(event == null ? blocks.nextTs() : event.key().commitTs(), ddls.nextTs());
    }

    @Override
    public void close() {
        blocks.close();
        ddls.close();
    }
}
