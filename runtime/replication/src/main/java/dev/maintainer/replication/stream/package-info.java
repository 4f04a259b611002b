/** The streaming dispatchers over any source and any sink. */
@NullMarked
package dev.maintainer.replication.stream;

import org.jspecify.annotations.NullMarked;
