/** A cluster of processes on this machine: ZooKeeper, nodes, and a log that grows. */
@NullMarked
package dev.maintainer.process.cluster;

import org.jspecify.annotations.NullMarked;
