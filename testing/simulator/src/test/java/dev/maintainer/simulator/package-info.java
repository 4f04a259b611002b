/** Worlds full of faults. */
@NullMarked
package dev.maintainer.simulator;

import org.jspecify.annotations.NullMarked;
