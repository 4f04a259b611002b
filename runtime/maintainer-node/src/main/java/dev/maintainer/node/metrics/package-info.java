/** What a node of a cluster of processes shows of itself: which metrics there are, and where their values come from. */
@NullMarked
package dev.maintainer.node.metrics;

import org.jspecify.annotations.NullMarked;
