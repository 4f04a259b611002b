/** What has to be in a database before it is read: a script for its administrator, and a check. */
@NullMarked
package dev.maintainer.connector.postgres.setup;

import org.jspecify.annotations.NullMarked;
