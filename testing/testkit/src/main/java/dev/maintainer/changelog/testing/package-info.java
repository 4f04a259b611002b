/** Change logs for tests. */
@NullMarked
package dev.maintainer.changelog.testing;

import org.jspecify.annotations.NullMarked;
