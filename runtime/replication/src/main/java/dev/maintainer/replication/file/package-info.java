/** Reading and setting aside files, and descriptions of file problems in plain words. */
@NullMarked
package dev.maintainer.replication.file;

import org.jspecify.annotations.NullMarked;
