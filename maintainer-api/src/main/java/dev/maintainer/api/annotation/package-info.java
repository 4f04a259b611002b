/** What the types of the contracts promise about themselves. */
@NullMarked
package dev.maintainer.api.annotation;

import org.jspecify.annotations.NullMarked;
