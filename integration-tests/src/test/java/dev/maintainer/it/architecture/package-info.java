/** Architecture rules over the whole reactor: what is published as rules is executed here, and what concerns us only. */
@NullMarked
package dev.maintainer.it.architecture;

import org.jspecify.annotations.NullMarked;
