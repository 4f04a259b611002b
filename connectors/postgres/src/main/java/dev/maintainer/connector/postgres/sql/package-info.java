/** What all parts of the connector need of a server: its address, connections, names in statements, and the kinds of failures. */
@NullMarked
package dev.maintainer.connector.postgres.sql;

import org.jspecify.annotations.NullMarked;
