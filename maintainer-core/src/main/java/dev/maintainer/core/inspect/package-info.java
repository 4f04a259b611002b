/**
 * Answers to questions about a maintainer: why a span is where it is, why not elsewhere, what holds the checkpoint
 * back.
 */
@NullMarked
package dev.maintainer.core.inspect;

import org.jspecify.annotations.NullMarked;
