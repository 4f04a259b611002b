/** What becomes of an operation when somebody dies at one of its steps. */
@NullMarked
package dev.maintainer.simulator.world;

import org.jspecify.annotations.NullMarked;
