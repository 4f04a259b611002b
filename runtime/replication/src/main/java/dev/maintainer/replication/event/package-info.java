/** The events of rows and tables. */
@NullMarked
package dev.maintainer.replication.event;

import org.jspecify.annotations.NullMarked;
