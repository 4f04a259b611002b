/** Whole runs into a database. */
@NullMarked
package dev.maintainer.it.postgres;

import org.jspecify.annotations.NullMarked;
