/** The nodes that a maintainer knows, and which of them have answered. */
@NullMarked
package dev.maintainer.core.membership;

import org.jspecify.annotations.NullMarked;
