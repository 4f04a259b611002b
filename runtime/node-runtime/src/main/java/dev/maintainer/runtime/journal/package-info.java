/** Journals in files: what the host of each node took in, and their replay. */
@NullMarked
package dev.maintainer.runtime.journal;

import org.jspecify.annotations.NullMarked;
