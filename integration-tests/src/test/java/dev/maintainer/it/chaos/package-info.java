/** A cluster of production classes under one virtual clock and one seed, with every fault that the contracts allow. */
@NullMarked
package dev.maintainer.it.chaos;

import org.jspecify.annotations.NullMarked;
