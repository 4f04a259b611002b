package dev.maintainer.connector.files;

import dev.maintainer.connector.files.claim.Extent;
import java.nio.file.Path;

/**
 * What counts of a segment.
 *
 * @param table name of its directory: the id of the table whose rows it has
 * @param extent its first bytes
 */
record SegmentPart(String table, Path path, Extent extent) {}
