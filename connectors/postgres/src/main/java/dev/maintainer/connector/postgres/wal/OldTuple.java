package dev.maintainer.connector.postgres.wal;

/**
 * What is told of a row before it was changed or deleted.
 *
 * @param part how much of it
 * @param values of all columns; of an {@link Part#IDENTITY} those of the others are null
 */
public record OldTuple(Part part, Tuple values) {
    /** How much of a row. */
    public enum Part {
        /** The columns of the replica identity. */
        IDENTITY,
        /** All of it. */
        ROW
    }
}
