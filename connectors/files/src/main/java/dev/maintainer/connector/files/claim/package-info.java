/**
 * How many processes share one directory without a lock: claims that supersede each other, seals that say how much of a
 * superseded log counts, and notes that tell its writer.
 */
@NullMarked
package dev.maintainer.connector.files.claim;

import org.jspecify.annotations.NullMarked;
