/**
 * How much work spans are: what was released of their tables lately, by key range, and what each node has written.
 */
@NullMarked
package dev.maintainer.node.load;

import org.jspecify.annotations.NullMarked;
