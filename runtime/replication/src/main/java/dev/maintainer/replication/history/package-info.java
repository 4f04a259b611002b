/** What has happened in a source, kept by whom it concerns. */
@NullMarked
package dev.maintainer.replication.history;

import org.jspecify.annotations.NullMarked;
