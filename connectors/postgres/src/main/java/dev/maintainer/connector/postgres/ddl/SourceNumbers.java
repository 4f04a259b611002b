package dev.maintainer.connector.postgres.ddl;

import dev.maintainer.api.model.TableId;

/** How tables are numbered: the number that the source has for one, and which of those it is that had this number. */
public final class SourceNumbers {
    private static final int BITS = 32;

    private SourceNumbers() {}

    /**
     * The number of a table in the source.
     *
     * @param table a table
     * @return what the source calls its oid; 1 to 2<sup>32</sup> - 1
     */
    public static long oid(TableId table) {
        return table.value() & ((1L << BITS) - 1);
    }

    /**
     * A table that has a number of the source.
     *
     * @param oid the number
     * @param generation how many tables had it before; those whose rows were written anew count each time
     * @return the table
     */
    public static TableId table(long oid, long generation) {
        return new TableId(oid | (generation << BITS));
    }
}
