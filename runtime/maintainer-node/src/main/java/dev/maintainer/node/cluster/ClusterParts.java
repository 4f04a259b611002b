package dev.maintainer.node.cluster;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.node.changelog.ChangeLog;
import dev.maintainer.node.changelog.Frontier;
import dev.maintainer.node.journal.JournalDirectory;
import dev.maintainer.node.sink.FileSink;
import dev.maintainer.scheduler.spi.Scheduler;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all nodes of an embedded cluster share.
 *
 * @param schedulers makes a planner for each maintainer
 * @param observers makes the observer of a node's maintainers
 * @param journals where the hosts are journalled; null if they are not
 */
public record ClusterParts(
        ChangeLog log,
        Frontier frontier,
        FileSink sink,
        InProcessTransport transport,
        LeaseMembership membership,
        Supplier<Scheduler> schedulers,
        Function<NodeId, MaintainerObserver> observers,
        @Nullable JournalDirectory journals) {}
