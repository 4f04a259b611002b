/**
 * The rules of the planner contract, numbered, as tests that a plug-in inherits.
 *
 * <p>{@link dev.maintainer.scheduler.tck.SchedulerContract} is what a plug-in's test implements and
 * {@link dev.maintainer.scheduler.tck.Rule} lists the rules for those who want to run them in another way. What a planner
 * claims on top of placing is in its descriptor.
 */
@NullMarked
package dev.maintainer.scheduler.tck;

import org.jspecify.annotations.NullMarked;
