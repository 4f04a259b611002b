package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.model.ChangefeedId;
import java.time.InstantSource;

/** By how much the checkpoint of a changefeed lags behind the wall clock, where this node can tell. */
final class CheckpointLag {
    /** In 2000. The positions of a log that somebody has made up are no times, and mean some moment in 1970. */
    private static final long EARLIEST_MILLIS = 946_684_800_000L;

    private final ClusterNode node;
    private final InstantSource clock;

    CheckpointLag(ClusterNode node, InstantSource clock) {
        this.node = node;
        this.clock = clock;
    }

    /** Adds it to what describes a changefeed; nothing if it is not known. */
    void describe(ObjectNode row, ChangefeedId changefeed, long checkpointTs) {
        node.wallMillis(changefeed, checkpointTs).ifPresent(wallMillis -> {
            if (wallMillis >= EARLIEST_MILLIS) {
                row.put("checkpointLagMillis", Math.max(0, clock.millis() - wallMillis));
            }
        });
    }
}
