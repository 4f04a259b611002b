/** Searching and shrinking. */
@NullMarked
package dev.maintainer.simulator.search;

import org.jspecify.annotations.NullMarked;
