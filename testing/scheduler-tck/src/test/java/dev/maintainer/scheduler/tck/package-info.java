/** The kit tested against planners with one fault each. */
@NullMarked
package dev.maintainer.scheduler.tck;

import org.jspecify.annotations.NullMarked;
