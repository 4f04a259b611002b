/** The sink: transactions that only the present owner of a span can commit. */
@NullMarked
package dev.maintainer.connector.postgres.sink;

import org.jspecify.annotations.NullMarked;
