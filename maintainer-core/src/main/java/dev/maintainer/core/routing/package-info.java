/** Which table of the source ends on which table of the target. */
@NullMarked
package dev.maintainer.core.routing;

import org.jspecify.annotations.NullMarked;
