/** What tables of a PostgreSQL database look like, and how their rows become events. */
@NullMarked
package dev.maintainer.connector.postgres.catalog;

import org.jspecify.annotations.NullMarked;
