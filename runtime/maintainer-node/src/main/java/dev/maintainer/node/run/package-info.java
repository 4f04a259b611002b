/** A run from start to end: what happens when, what is seen of it, and whether the sink is right. */
@NullMarked
package dev.maintainer.node.run;

import org.jspecify.annotations.NullMarked;
