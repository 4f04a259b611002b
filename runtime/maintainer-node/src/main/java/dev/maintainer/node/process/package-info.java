/** What concerns the process as a whole. */
@NullMarked
package dev.maintainer.node.process;

import org.jspecify.annotations.NullMarked;
