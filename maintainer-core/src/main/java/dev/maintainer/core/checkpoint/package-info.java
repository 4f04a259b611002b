/** The checkpoint of a changefeed: constraints first, then watermarks; never infinite, never back. */
@NullMarked
package dev.maintainer.core.checkpoint;

import org.jspecify.annotations.NullMarked;
