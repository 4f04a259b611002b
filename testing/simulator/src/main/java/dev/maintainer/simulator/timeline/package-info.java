/** What happens when in a world, its chances, and its story. */
@NullMarked
package dev.maintainer.simulator.timeline;

import org.jspecify.annotations.NullMarked;
