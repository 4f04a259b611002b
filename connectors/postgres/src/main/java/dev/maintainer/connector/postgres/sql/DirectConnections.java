package dev.maintainer.connector.postgres.sql;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import java.util.SortedMap;
import org.postgresql.Driver;

/** Connections of their own, for what a pool is not made for: those that stay, or need properties of their own. Thread-safe. */
public final class DirectConnections {
    private static final String CONNECT_SECONDS = "10";

    private final ServerSettings settings;

    /**
     * Connects nothing yet.
     *
     * @param settings which database, and as whom
     */
    public DirectConnections(ServerSettings settings) {
        this.settings = settings;
    }

    /**
     * Connects, with the password as it is now.
     *
     * @param properties of the driver, beside its own
     * @return a connection of the driver for PostgreSQL, to be closed
     * @throws SQLException if there is none within some seconds
     */
    public Connection open(SortedMap<String, String> properties) throws SQLException {
        Properties all = new Properties();
        all.setProperty("user", settings.user());
        String password = settings.password().read();
        if (password != null) {
            all.setProperty("password", password);
        }
        all.setProperty("sslmode", settings.sslMode());
        if (settings.sslRootCert() != null) {
            all.setProperty("sslrootcert", settings.sslRootCert());
        }
        all.setProperty("connectTimeout", CONNECT_SECONDS);
        all.setProperty("loginTimeout", CONNECT_SECONDS);
        all.setProperty("logServerErrorDetail", "false");
        all.putAll(properties);
        Connection connection = new Driver()
                .connect(
                        "jdbc:postgresql://" + settings.host() + ":" + settings.port() + "/"
                                + URLEncoder.encode(settings.database(), StandardCharsets.UTF_8),
                        all);
        if (connection == null) {
            throw new SQLException("the driver does not know the address " + settings.place());
        }
        return connection;
    }
}
