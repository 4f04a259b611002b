/** A cluster that lives through one fault after the other, for as long as somebody wants. */
@NullMarked
package dev.maintainer.process.soak;

import org.jspecify.annotations.NullMarked;
