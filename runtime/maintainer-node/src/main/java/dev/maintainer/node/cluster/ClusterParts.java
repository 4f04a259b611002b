package dev.maintainer.node.cluster;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.MaintainerObserver;
import dev.maintainer.node.changelog.ChangeLog;
import dev.maintainer.node.changelog.Frontier;
import dev.maintainer.node.sink.FileSink;
import dev.maintainer.scheduler.spi.Scheduler;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * What all nodes of an embedded cluster share.
 *
 * @param schedulers makes a planner for each maintainer
 * @param observers makes the observer of a node's maintainers
 */
public record ClusterParts(
        ChangeLog log,
        Frontier frontier,
        FileSink sink,
        InProcessTransport transport,
        LeaseMembership membership,
        Supplier<Scheduler> schedulers,
        Function<NodeId, MaintainerObserver> observers) {}
