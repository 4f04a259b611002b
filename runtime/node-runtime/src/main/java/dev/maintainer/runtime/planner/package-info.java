/** Runs planners on threads of their own, away from the event loops. */
@NullMarked
package dev.maintainer.runtime.planner;

import org.jspecify.annotations.NullMarked;
