/** A cluster for tests of the admin interface: of its server here, and of its command line in {@code maintainer-node}. */
@NullMarked
package dev.maintainer.admin.testing;

import org.jspecify.annotations.NullMarked;
