/** Runs worlds, searches many of them for violations, and makes a violation small. */
@NullMarked
package dev.maintainer.simulator.search;

import org.jspecify.annotations.NullMarked;
