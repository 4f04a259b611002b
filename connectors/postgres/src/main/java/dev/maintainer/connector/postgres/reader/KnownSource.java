package dev.maintainer.connector.postgres.reader;

/**
 * What a reader has read from, to be kept as long as positions of it are: another source may have the same address, and the
 * same positions for something else.
 *
 * @param systemId of the server and all its copies, given to it when it was made
 * @param databaseOid the number of the database
 * @param timeline raised by each promotion of a standby; at least 1
 * @param publicationOid the number of the publication
 */
public record KnownSource(String systemId, long databaseOid, int timeline, long publicationOid) {}
