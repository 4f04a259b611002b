/** Waiting for other threads, without sleeping longer than needed. */
@NullMarked
package dev.maintainer.threads.testing;

import org.jspecify.annotations.NullMarked;
