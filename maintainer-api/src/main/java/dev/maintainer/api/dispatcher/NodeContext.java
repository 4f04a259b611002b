package dev.maintainer.api.dispatcher;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.NodeId;
import java.util.concurrent.ScheduledExecutorService;

/**
 * What a node provides to its dispatcher factories.
 *
 * @param node the node on which the dispatchers run
 * @param lease whether they may write
 * @param threads runs all dispatchers of the node; ended by the node, which interrupts what runs there
 * @since 0.1.0
 */
@Stability(Stability.Level.STABLE)
public record NodeContext(NodeId node, WriteLease lease, ScheduledExecutorService threads) {}
