/** A scheduler plug-in, as an author outside of this project would write it. */
@NullMarked
package dev.maintainer.it.plugin;

import org.jspecify.annotations.NullMarked;
