package dev.maintainer.connector.postgres.catalog;

/** Why a table cannot be replicated. */
public enum Obstacle {
    /** Nothing says which row is changed; as soon as it is published, the source refuses to update it. */
    NO_KEY(
            "has no primary key that is checked at once and whose columns are its replica identity; add one, or name a unique"
                    + " index of columns that are not null with ALTER TABLE ... REPLICA IDENTITY USING INDEX"),
    /** The source does not tell computed values. */
    GENERATED_KEY(
            "has a generated column in its key; make another unique index of ordinary columns its replica identity"
                    + " with ALTER TABLE ... REPLICA IDENTITY USING INDEX"),
    /** Its changes are not in the log. */
    NOT_PERMANENT("is unlogged or temporary, so its changes are not in the log; set it LOGGED, or take it out"),
    /** It is no table with rows of its own. */
    NO_TABLE("is no ordinary table; take it out"),
    /** Its leaves are tables of their own; told as the root, the change of a leaf would be lost. */
    TOLD_AS_ROOT("is partitioned, and the publication tells its rows as those of the root; set"
            + " publish_via_partition_root = false"),
    /** Not all columns or rows are told. */
    LIMITED("is published with a list of columns or a condition for rows; publish all of it");

    private final String text;

    Obstacle(String text) {
        this.text = text;
    }

    /** {@return what is wrong, and what to do, to follow the name of the table} */
    public String text() {
        return text;
    }
}
