package dev.maintainer.runtime.journal;

import dev.maintainer.api.model.NodeId;
import org.jspecify.annotations.Nullable;

/**
 * A summary of a journal that is being or was written.
 *
 * @param entries inputs that are in the file
 * @param effects messages and requests for tables that left while these were handled
 * @param bytes the size of the file
 * @param hash of all these effects; what a replay has to arrive at
 * @param problem why it does not hold the whole life of the host; null if it does
 */
public record JournalSummary(
        NodeId node,
        long entries,
        long effects,
        long bytes,
        long hash,
        @Nullable String problem) {}
