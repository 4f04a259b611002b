/**
 * The planner contract: a read-only snapshot in, a plan out.
 *
 * <p>A planner is a pure function of its arguments and its configuration. It has no clock, no threads and no memory of
 * earlier rounds; chance comes with the snapshot's seed. What became of its decisions it sees in the next snapshot.
 */
@NullMarked
package dev.maintainer.scheduler.spi;

import org.jspecify.annotations.NullMarked;
