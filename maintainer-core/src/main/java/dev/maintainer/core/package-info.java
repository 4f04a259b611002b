/** What applications that embed the maintainer configure and observe. */
@NullMarked
package dev.maintainer.core;

import org.jspecify.annotations.NullMarked;
