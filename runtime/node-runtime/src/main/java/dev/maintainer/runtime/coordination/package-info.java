/** The coordinator, as a role of the node that leads. */
@NullMarked
package dev.maintainer.runtime.coordination;

import org.jspecify.annotations.NullMarked;
