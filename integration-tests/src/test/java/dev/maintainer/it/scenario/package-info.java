/** The regression scenarios of the specifications for a maintainer that bootstraps or runs. */
@NullMarked
package dev.maintainer.it.scenario;

import org.jspecify.annotations.NullMarked;
