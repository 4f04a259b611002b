/** Threads: event loops, on which whatever belongs to a handler happens in order, and timers. */
@NullMarked
package dev.maintainer.runtime.loop;

import org.jspecify.annotations.NullMarked;
