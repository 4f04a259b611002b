/** Keys and certificates in files: reading them, and reading them again when they change. */
@NullMarked
package dev.maintainer.runtime.tls;

import org.jspecify.annotations.NullMarked;
