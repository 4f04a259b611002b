/** Certificates for tests of whatever listens or connects with TLS. */
@NullMarked
package dev.maintainer.runtime.testing;

import org.jspecify.annotations.NullMarked;
