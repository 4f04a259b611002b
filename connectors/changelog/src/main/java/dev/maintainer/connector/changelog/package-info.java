/** The change log: an immutable history of rows and DDLs, and the frontier up to which it counts as committed. */
@NullMarked
package dev.maintainer.connector.changelog;

import org.jspecify.annotations.NullMarked;
