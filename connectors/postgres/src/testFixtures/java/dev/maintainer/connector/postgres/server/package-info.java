/** A PostgreSQL server for tests. */
@NullMarked
package dev.maintainer.connector.postgres.server;

import org.jspecify.annotations.NullMarked;
