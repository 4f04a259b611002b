/** What must hold, and how a run says that it did not. */
@NullMarked
package dev.maintainer.simulator.invariant;

import org.jspecify.annotations.NullMarked;
