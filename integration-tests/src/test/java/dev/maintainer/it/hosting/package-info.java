/** Nodes without our node: ports of the user's own. */
@NullMarked
package dev.maintainer.it.hosting;

import org.jspecify.annotations.NullMarked;
