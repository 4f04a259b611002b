package dev.maintainer.connector.postgres.source;

import dev.maintainer.connector.postgres.catalog.RowMapping;

/** What rows of a relation mean to whoever reads the log. */
sealed interface RelationUse {
    /** Their table is not replicated. */
    RelationUse IGNORED = new Ignored();
    /** The transaction has to be read as a whole before any of its rows counts: they note a DDL, or come before the note of one. */
    RelationUse OF_DDL = new OfDdl();

    /** They mark sync points. */
    RelationUse MARKS = new Marks();

    /** They become events. */
    record Replicated(RowMapping mapping) implements RelationUse {}

    /** See {@link #IGNORED}. */
    record Ignored() implements RelationUse {}

    /** See {@link #MARKS}. */
    record Marks() implements RelationUse {}

    /** See {@link #OF_DDL}. */
    record OfDdl() implements RelationUse {}
}
