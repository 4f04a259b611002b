/** How fast a cluster of processes is. */
@NullMarked
package dev.maintainer.process.rates;

import org.jspecify.annotations.NullMarked;
