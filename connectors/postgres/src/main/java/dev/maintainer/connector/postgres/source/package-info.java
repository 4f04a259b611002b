/** A PostgreSQL database as a source: one slot for each node that reads it, and what was read of it, kept until it is not needed. */
@NullMarked
package dev.maintainer.connector.postgres.source;

import org.jspecify.annotations.NullMarked;
