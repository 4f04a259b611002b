/** What DDLs of a source have done to its tables, as events and as what tables look like at any moment. */
@NullMarked
package dev.maintainer.connector.postgres.ddl;

import org.jspecify.annotations.NullMarked;
