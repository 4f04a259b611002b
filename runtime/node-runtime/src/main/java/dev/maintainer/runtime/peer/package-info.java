/** The other nodes of a cluster, for networks between processes: where they are, what they say, and questions to them. */
@NullMarked
package dev.maintainer.runtime.peer;

import org.jspecify.annotations.NullMarked;
