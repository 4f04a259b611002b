/** The removal of a maintainer: what it does not do any more, and how it ends. */
@NullMarked
package dev.maintainer.it.handoff;

import org.jspecify.annotations.NullMarked;
