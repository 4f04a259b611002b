package dev.maintainer.simulator.world;

import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.model.NodeId;
import org.jspecify.annotations.Nullable;

/** What a node needs of the process in which it runs. */
interface NodeProcess {
    /** The monotonic clock of the process. */
    long millis();

    /** Whether the lease lets a write begin, or counts one that has just ended. */
    boolean mayWrite();

    /** Whether there is a connection to a node. */
    boolean reaches(NodeId to);

    /** Whether a message of a node is taken that has arrived. */
    boolean accepts(NodeId from);

    /** A report for whoever leads here. */
    void report(NodeId from, CoordinatorReport report);

    /** What is wrong about a write that takes effect now; null if nothing is. */
    @Nullable
    String wrongWrite();
}
