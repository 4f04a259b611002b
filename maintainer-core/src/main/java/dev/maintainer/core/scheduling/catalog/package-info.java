/** Finds schedulers and judges what was found. */
@NullMarked
package dev.maintainer.core.scheduling.catalog;

import org.jspecify.annotations.NullMarked;
