/** A whole cluster in one process: nodes, lanes, transport, leases, metadata. */
@NullMarked
package dev.maintainer.node.cluster;

import org.jspecify.annotations.NullMarked;
