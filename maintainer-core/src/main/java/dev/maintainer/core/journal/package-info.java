/** The inputs and effects of a host of maintainers, as bytes and as hashes, and their replay. Pure: no I/O. */
@NullMarked
package dev.maintainer.core.journal;

import org.jspecify.annotations.NullMarked;
