/** Finds schedulers and checks whether they can be used. */
@NullMarked
package dev.maintainer.core.scheduling.catalog;

import org.jspecify.annotations.NullMarked;
