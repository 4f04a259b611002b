package dev.maintainer.connector.postgres.wal;

/**
 * A column of a table, as rows that follow have it.
 *
 * @param identity whether it belongs to the replica identity
 * @param name its name; content from outside
 * @param typeOid the number of its type in the database
 * @param typeModifier what the type is limited to, such as the length of a {@code varchar}; -1 if it is not
 */
public record RelationColumn(boolean identity, String name, long typeOid, int typeModifier) {}
