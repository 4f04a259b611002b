/** A node assembled from ports. */
@NullMarked
package dev.maintainer.runtime.node;

import org.jspecify.annotations.NullMarked;
