package dev.maintainer.connector.postgres.reader;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.SortedMap;

/** Makes connections to the database that is read, with everything that address, role and encryption need. Thread-safe. */
@FunctionalInterface
public interface ConnectionSource {
    /**
     * Connects. It asks for addresses and passwords anew each time, and takes a bounded time.
     *
     * @param properties of the driver, beside its own
     * @return a connection of the driver for PostgreSQL, of nobody else
     * @throws SQLException if there is none
     */
    Connection open(SortedMap<String, String> properties) throws SQLException;
}
