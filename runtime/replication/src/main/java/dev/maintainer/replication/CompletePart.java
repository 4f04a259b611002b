package dev.maintainer.replication;

import dev.maintainer.api.model.TableSpan;

/**
 * A part of a span of which more is known than of the rest: all of its rows up to a position. So whoever copies what a table has can go
 * on where a copy was broken off.
 *
 * @param span the part
 * @param ts a position, inclusive
 * @since 0.1.0
 */
public record CompletePart(TableSpan span, long ts) {}
