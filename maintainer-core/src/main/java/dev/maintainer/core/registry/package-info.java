/** The spans of a changefeed: states, bindings, indexes, and the checkpoints of those that no node replicates. */
@NullMarked
package dev.maintainer.core.registry;

import org.jspecify.annotations.NullMarked;
