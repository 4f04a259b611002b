package dev.maintainer.replication;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.replication.state.RowCursor;
import java.util.Optional;
import java.util.SortedSet;

/** The tables of a source or a sink as they are, for whoever compares them. Used by one thread. */
public interface TableContents extends AutoCloseable {
    /**
     * {@return all tables, including those without rows}
     *
     * @throws MaintainerException if they cannot be read
     */
    SortedSet<TableName> tables() throws MaintainerException;

    /**
     * The rows of a table. To be closed.
     *
     * @param table its name
     * @return a cursor before the first; empty if there is no such table
     * @throws MaintainerException if it cannot be read
     */
    RowCursor rows(TableName table) throws MaintainerException;

    /**
     * What a table looked like when this was opened.
     *
     * @param table its name
     * @return an opaque text, another one if its columns have changed; empty if there is no such table, or it cannot be told
     * @throws MaintainerException if it cannot be read
     */
    default String definition(TableName table) throws MaintainerException {
        return "";
    }

    /**
     * What the rows of a table amount to, for whoever would not read them all.
     *
     * @param table its name
     * @return its checksums; empty if there is no such table, or whatever has it cannot sum its rows up
     * @throws MaintainerException if it cannot be read
     */
    default Optional<TableChecksums> checksums(TableName table) throws MaintainerException {
        return Optional.empty();
    }

    /**
     * How far a changefeed is that reads these tables.
     *
     * @param changefeed which one
     * @return what is known of it; empty if such a source hears nothing of its changefeeds
     */
    default Optional<Delivery> delivery(ChangefeedId changefeed) {
        return Optional.empty();
    }

    @Override
    void close();
}
