package dev.maintainer.connector.postgres.catalog;

import dev.maintainer.connector.postgres.wal.ReplicaIdentity;
import java.util.List;

/** Why a table cannot be replicated. */
public enum Obstacle {
    /** Nothing says which row is changed; as soon as it is published, the source refuses to update it. */
    NO_KEY(
            "has no primary key that is checked at once and whose columns are its replica identity; add one, or set ALTER TABLE"
                    + " ... REPLICA IDENTITY FULL, or name a unique index of columns that are not null with REPLICA IDENTITY"
                    + " USING INDEX, or say by the setting append-only that it is only inserted into"),
    /** It has neither a key nor anything else. */
    NO_COLUMNS("has no columns with values of their own, and no key; add some, or take it out"),
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

    /**
     * What stands against a table because of its columns.
     *
     * @param image what it looks like
     * @param isAppendOnly whether it is known that its rows are never changed
     * @return what does
     */
    public static List<Obstacle> of(TableImage image, boolean isAppendOnly) {
        List<String> sent = image.sent().stream().map(ColumnImage::name).toList();
        if (!image.key().isEmpty()) {
            return sent.containsAll(image.key()) ? List.of() : List.of(GENERATED_KEY);
        } else if (sent.isEmpty()) {
            return List.of(NO_COLUMNS);
        }
        return image.identity() == ReplicaIdentity.FULL || isAppendOnly ? List.of() : List.of(NO_KEY);
    }

    Obstacle(String text) {
        this.text = text;
    }

    /** {@return what is wrong, and what to do, to follow the name of the table} */
    public String text() {
        return text;
    }
}
