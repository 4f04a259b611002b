/**
 * Identities and values of the domain: changefeeds, nodes, dispatchers, spans, watermarks.
 *
 * <p>All types are immutable and thread-safe. Times are {@code commitTs} values in TSO form unless a name says
 * otherwise; see {@link dev.maintainer.api.model.Tso}.
 */
@NullMarked
package dev.maintainer.api.model;

import org.jspecify.annotations.NullMarked;
