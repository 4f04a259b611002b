/** Bytes that were damaged on their way. */
@NullMarked
package dev.maintainer.bytes.testing;

import org.jspecify.annotations.NullMarked;
