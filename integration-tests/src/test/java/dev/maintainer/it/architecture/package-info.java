/** Architecture rules of the whole reactor, and the proof that each of them bites. */
@NullMarked
package dev.maintainer.it.architecture;

import org.jspecify.annotations.NullMarked;
