/** What to simulate, and what came of it. */
@NullMarked
package dev.maintainer.simulator;

import org.jspecify.annotations.NullMarked;
