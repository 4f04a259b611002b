/** The reader of one replication slot: it turns the messages of a server into committed transactions with positions. */
@NullMarked
package dev.maintainer.connector.postgres.reader;

import org.jspecify.annotations.NullMarked;
