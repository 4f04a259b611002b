/** A whole cluster in one process: nodes, lanes, transport, leases, metadata. */
@NullMarked
package dev.maintainer.cluster.embedded;

import org.jspecify.annotations.NullMarked;
