/** What a host of maintainers took in and sent out, as bytes and as hashes, and the replay of it. Pure: no I/O. */
@NullMarked
package dev.maintainer.core.journal;

import org.jspecify.annotations.NullMarked;
