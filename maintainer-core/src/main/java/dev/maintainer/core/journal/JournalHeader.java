package dev.maintainer.core.journal;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.MaintainerConfig;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Everything that a host is made of: with this and its inputs, the same host can be created again.
 *
 * @param node the node of the host
 * @param config the time constants and limits
 * @param scheduler the name of the planner
 * @param schedulerConfiguration the planner's own settings
 * @param product the version that wrote the journal, for people
 * @param startMillis a moment on the clock that the inputs have
 * @param startWallMillis the same moment, in milliseconds since 1970; to show the time of day
 */
public record JournalHeader(
        NodeId node,
        MaintainerConfig config,
        String scheduler,
        SortedMap<String, String> schedulerConfiguration,
        String product,
        long startMillis,
        long startWallMillis) {
    /** Copies the configuration. */
    public JournalHeader {
        schedulerConfiguration = Collections.unmodifiableSortedMap(new TreeMap<>(schedulerConfiguration));
    }

    /** When something happened, in milliseconds since 1970. */
    public long wallMillis(long nowMillis) {
        return startWallMillis + (nowMillis - startMillis);
    }
}
