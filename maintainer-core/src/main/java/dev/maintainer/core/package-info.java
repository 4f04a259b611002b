/** What embedders of the maintainer configure and observe. */
@NullMarked
package dev.maintainer.core;

import org.jspecify.annotations.NullMarked;
