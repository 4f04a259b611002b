package dev.maintainer.connector.postgres.sink;

import org.jspecify.annotations.Nullable;

/** How rows are written. Each mode costs more than the one before, and gets along with rows that were in the way of that. */
enum WriteMode {
    /** Rows that are new by what the source says are inserted, without looking whether there is one of their key. */
    INSERT,
    /** Whatever there is of a key is written over. */
    UPSERT,
    /** Whatever there is of all keys is deleted first: two rows may have exchanged a value that is unique. */
    REPLACE;

    /** The mode to try if a row was in the way; null if there is none. */
    @Nullable
    WriteMode next() {
        return switch (this) {
            case INSERT -> UPSERT;
            case UPSERT -> REPLACE;
            case REPLACE -> null;
        };
    }
}
