/** The simulated world: nodes, network, store, upstream and sink around the production classes, and the checks. */
@NullMarked
package dev.maintainer.simulator.world;

import org.jspecify.annotations.NullMarked;
