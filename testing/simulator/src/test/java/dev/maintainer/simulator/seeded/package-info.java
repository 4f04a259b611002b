/** Known bugs, planted one at a time into copies of production classes: would the simulator find them? */
@NullMarked
package dev.maintainer.simulator.seeded;

import org.jspecify.annotations.NullMarked;
