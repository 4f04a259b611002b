/** Clusters for tests of what-if questions: of the answers here, and of their command line in {@code maintainer-node}. */
@NullMarked
package dev.maintainer.whatif.testing;

import org.jspecify.annotations.NullMarked;
