/** Runs the maintainers of one node on behalf of the coordinator. */
@NullMarked
package dev.maintainer.core.host;

import org.jspecify.annotations.NullMarked;
