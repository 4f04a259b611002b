/** The messages of PostgreSQL's logical replication (plug-in {@code pgoutput}), and how they are read from bytes. */
@NullMarked
package dev.maintainer.connector.postgres.wal;

import org.jspecify.annotations.NullMarked;
