/** The coordinator as a part that a node plays while it leads. */
@NullMarked
package dev.maintainer.runtime.coordination;

import org.jspecify.annotations.NullMarked;
