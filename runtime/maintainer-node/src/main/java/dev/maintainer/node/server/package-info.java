/** One node of a cluster of processes: its configuration, its directory, and how it is assembled, started and stopped. */
@NullMarked
package dev.maintainer.node.server;

import org.jspecify.annotations.NullMarked;
