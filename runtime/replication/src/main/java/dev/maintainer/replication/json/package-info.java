/** JSON as all connectors read and write it, so that one row has one text everywhere. */
@NullMarked
package dev.maintainer.replication.json;

import org.jspecify.annotations.NullMarked;
