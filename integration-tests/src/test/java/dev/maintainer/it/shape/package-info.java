/** The published shape of the contracts, compared with a text that is reviewed. */
@NullMarked
package dev.maintainer.it.shape;

import org.jspecify.annotations.NullMarked;
