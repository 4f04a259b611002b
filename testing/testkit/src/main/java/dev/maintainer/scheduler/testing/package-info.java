/** An in-memory cluster for the tests of planners. */
@NullMarked
package dev.maintainer.scheduler.testing;

import org.jspecify.annotations.NullMarked;
