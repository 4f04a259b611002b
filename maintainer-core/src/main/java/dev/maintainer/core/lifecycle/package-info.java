/** The lifecycle state of a maintainer, and what it may do in that state. */
@NullMarked
package dev.maintainer.core.lifecycle;

import org.jspecify.annotations.NullMarked;
