/** Many spans on many nodes: what counts is rounds, messages and moves, not time. */
@NullMarked
package dev.maintainer.it.scale;

import org.jspecify.annotations.NullMarked;
