/** The nodes that a maintainer knows, and how far each has answered. */
@NullMarked
package dev.maintainer.core.membership;

import org.jspecify.annotations.NullMarked;
