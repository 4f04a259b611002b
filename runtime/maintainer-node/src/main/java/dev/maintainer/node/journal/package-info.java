/** Journals in files: what the host of each node took in, and their replay. */
@NullMarked
package dev.maintainer.node.journal;

import org.jspecify.annotations.NullMarked;
