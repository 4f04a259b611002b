/** PostgreSQL as a sink. */
@NullMarked
package dev.maintainer.connector.postgres;

import org.jspecify.annotations.NullMarked;
