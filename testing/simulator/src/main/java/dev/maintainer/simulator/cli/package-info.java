/** The command {@code simulate}. */
@NullMarked
package dev.maintainer.simulator.cli;

import org.jspecify.annotations.NullMarked;
