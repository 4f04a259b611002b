/** Tables of a source under other names in the target. */
@NullMarked
package dev.maintainer.replication.route;

import org.jspecify.annotations.NullMarked;
