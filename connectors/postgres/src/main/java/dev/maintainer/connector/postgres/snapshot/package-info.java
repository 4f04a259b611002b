/** Copies what tables had when a changefeed began, before what was committed later is read. */
@NullMarked
package dev.maintainer.connector.postgres.snapshot;

import org.jspecify.annotations.NullMarked;
