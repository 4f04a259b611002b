package dev.maintainer.connector.tck;

import dev.maintainer.replication.Source;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place where a history happens, for one test: first everything is committed, then the source is opened, perhaps more than
 * once. Tables are in a schema of the laboratory's choice.
 */
public interface SourceLab extends AutoCloseable {
    /**
     * A change of a row.
     *
     * @param table the name of its table
     * @param key a word of letters and digits, by which rows are ordered
     * @param value a number that the row holds; null if it is deleted
     */
    record Change(String table, String key, @Nullable Integer value) {}

    /** A table comes into being, in a transaction of its own. Its rows have a key, and a value that is a number. */
    void createTable(String table);

    /** A table goes, in a transaction of its own. */
    void dropTable(String table);

    /** One transaction. Inserts what is new and updates what is there. */
    void commit(List<Change> changes);

    /**
     * Opens a source of the whole history.
     *
     * @return a source of which everything that was committed is resolved, or will be soon
     */
    Source open();

    /** {@return the schema of the tables} */
    String schema();

    /**
     * The value in a row as the source gives it.
     *
     * @param json the row
     */
    int valueOf(String json);

    /** {@return how long the source may take until it gives what was committed} */
    default Duration patience() {
        return Duration.ofSeconds(30);
    }

    @Override
    default void close() {}
}
