/** The state that changes amount to, row by row in the order of keys, in bounded memory. */
@NullMarked
package dev.maintainer.replication.state;

import org.jspecify.annotations.NullMarked;
