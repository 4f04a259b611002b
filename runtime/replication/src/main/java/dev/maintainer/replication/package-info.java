/**
 * The contracts of sources and sinks, and the dispatchers that work with any of them. A source provides the rows and
 * DDLs of tables in commit order; a sink makes them durable under a fence. Neither knows the other, and both are found
 * by {@link java.util.ServiceLoader}.
 *
 * <p>Positions ({@code commitTs}) are numbers whose meaning belongs to the source: they grow with commits, and only
 * {@link dev.maintainer.replication.Source#wallMillis} converts one to a time.
 */
@NullMarked
package dev.maintainer.replication;

import org.jspecify.annotations.NullMarked;
