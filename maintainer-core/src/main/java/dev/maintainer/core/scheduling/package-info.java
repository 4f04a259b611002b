/** Finds schedulers and judges what was found. */
@NullMarked
package dev.maintainer.core.scheduling;

import org.jspecify.annotations.NullMarked;
