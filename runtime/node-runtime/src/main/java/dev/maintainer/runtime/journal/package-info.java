/** Journals in files: the inputs of the host of each node, and their replay. */
@NullMarked
package dev.maintainer.runtime.journal;

import org.jspecify.annotations.NullMarked;
