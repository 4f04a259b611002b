/** Block events: who waits where, when an event is executed, and when those who wait go on. */
@NullMarked
package dev.maintainer.core.barrier;

import org.jspecify.annotations.NullMarked;
