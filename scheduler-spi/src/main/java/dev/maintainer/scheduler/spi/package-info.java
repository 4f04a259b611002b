/**
 * The planner contract: a read-only snapshot in, a plan out.
 *
 * <p>A planner is a pure function of its arguments and its configuration. It has no clock, no threads and no memory of
 * earlier rounds; randomness comes with the snapshot's seed. It sees in the next snapshot what became of its decisions.
 */
@NullMarked
package dev.maintainer.scheduler.spi;

import org.jspecify.annotations.NullMarked;
