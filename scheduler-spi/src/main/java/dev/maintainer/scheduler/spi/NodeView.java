package dev.maintainer.scheduler.spi;

import dev.maintainer.api.model.NodeId;

/**
 * A node, as of this snapshot.
 *
 * @param eligible whether it may be the target of a decision
 * @param load spans that run on the node, or will when what is under way has ended
 * @param inFlight operators that are under way towards the node
 */
public record NodeView(NodeId id, boolean eligible, int load, int inFlight) {}
