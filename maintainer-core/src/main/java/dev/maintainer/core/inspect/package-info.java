/** Answers to the questions that people ask of a maintainer: why is it there, why not elsewhere, who holds it up. */
@NullMarked
package dev.maintainer.core.inspect;

import org.jspecify.annotations.NullMarked;
