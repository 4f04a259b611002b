/** Files, as people who do not know the classes of Java speak of them. */
@NullMarked
package dev.maintainer.replication.file;

import org.jspecify.annotations.NullMarked;
