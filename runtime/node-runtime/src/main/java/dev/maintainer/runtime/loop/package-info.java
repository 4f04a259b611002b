/** Threads: event loops, on which everything that belongs to a handler happens in order, and timers. */
@NullMarked
package dev.maintainer.runtime.loop;

import org.jspecify.annotations.NullMarked;
