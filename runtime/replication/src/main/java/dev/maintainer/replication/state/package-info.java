/** The state that results from changes, row by row in the order of keys, in bounded memory. */
@NullMarked
package dev.maintainer.replication.state;

import org.jspecify.annotations.NullMarked;
