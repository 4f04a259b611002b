/**
 * What a source and a sink owe each other, and the dispatchers that are written once over both. A source has the rows and
 * DDLs of tables in commit order; a sink makes them durable under a fence. Neither knows the other, and both are found by
 * {@link java.util.ServiceLoader}.
 *
 * <p>Positions ({@code commitTs}) are numbers whose meaning belongs to the source: they grow with commits, and only {@link
 * dev.maintainer.replication.Source#wallMillis} tells the time of one.
 */
@NullMarked
package dev.maintainer.replication;

import org.jspecify.annotations.NullMarked;
