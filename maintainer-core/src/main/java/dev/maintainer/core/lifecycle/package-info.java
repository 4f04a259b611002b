/** Where a maintainer is in its life, and so what it may do. */
@NullMarked
package dev.maintainer.core.lifecycle;

import org.jspecify.annotations.NullMarked;
