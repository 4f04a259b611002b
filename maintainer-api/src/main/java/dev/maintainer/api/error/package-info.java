/** Typed errors with stable codes. */
@NullMarked
package dev.maintainer.api.error;

import org.jspecify.annotations.NullMarked;
