/** What was read of a source, by table: kept until it is durable in the sink, in files of bounded size. */
@NullMarked
package dev.maintainer.connector.postgres.store;

import org.jspecify.annotations.NullMarked;
