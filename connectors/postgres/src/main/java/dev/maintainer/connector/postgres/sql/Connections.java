package dev.maintainer.connector.postgres.sql;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;

/** Connections to the database of a sink, in transactions of READ COMMITTED. Thread-safe. */
public interface Connections extends AutoCloseable {
    /**
     * Takes a connection, which is given back by closing it; an open transaction is rolled back then.
     *
     * @return a connection without autocommit
     * @throws SQLTransientConnectionException if there is none for now, and whoever waited has waited long enough
     * @throws SQLException if the server refuses it
     */
    Connection take() throws SQLException;

    /**
     * Opens a connection beside those that are shared, for whoever must not wait for those that write.
     *
     * @return a connection without autocommit
     * @throws SQLException if there is none within some seconds
     */
    Connection dial() throws SQLException;

    /**
     * Takes a connection that nobody uses, or opens one as {@link #dial} does: for whoever has to be quick and must not wait.
     *
     * @return a connection without autocommit
     * @throws SQLException if there is none within some seconds
     */
    default Connection ready() throws SQLException {
        return dial();
    }

    /** {@return how many connections were made so far; what others had to say of the server may not hold for a new one} */
    long made();

    @Override
    void close();
}
