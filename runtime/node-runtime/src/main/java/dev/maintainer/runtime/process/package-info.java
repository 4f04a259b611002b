/** What concerns the process as a whole. */
@NullMarked
package dev.maintainer.runtime.process;

import org.jspecify.annotations.NullMarked;
