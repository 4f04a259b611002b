package dev.maintainer.connector.postgres.wal;

/** Which columns of an old row an update or a deletion tells. */
public enum ReplicaIdentity {
    /** Those of the primary key. */
    DEFAULT,
    /** None. */
    NOTHING,
    /** All. */
    FULL,
    /** Those of a chosen unique index. */
    INDEX
}
