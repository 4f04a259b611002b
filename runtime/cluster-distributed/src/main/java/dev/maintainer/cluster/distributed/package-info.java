/** The ports of one node of a cluster of processes, over a shared store. */
@NullMarked
package dev.maintainer.cluster.distributed;

import org.jspecify.annotations.NullMarked;
