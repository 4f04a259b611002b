package dev.maintainer.connector.postgres.setup;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.source.SourceSettings;
import dev.maintainer.connector.postgres.sql.DirectConnections;
import dev.maintainer.connector.postgres.sql.FailureKind;
import dev.maintainer.connector.postgres.sql.Failures;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.SourceSetup;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Prepares databases to be sources. */
public final class PostgresSetup implements SourceSetup {
    private static final int ANSWER_SECONDS = 30;

    private final UnaryOperator<@Nullable String> environment;

    /**
     * With an environment.
     *
     * @param environment variables by name
     */
    public PostgresSetup(UnaryOperator<@Nullable String> environment) {
        this.environment = environment;
    }

    @Override
    public List<String> script(ConnectorAddress address, SortedMap<String, String> settings)
            throws MaintainerException {
        return SetupScript.of(SourceSettings.of(address, settings, environment)).lines();
    }

    @Override
    public List<String> removal(ConnectorAddress address, SortedMap<String, String> settings)
            throws MaintainerException {
        return SetupScript.of(SourceSettings.of(address, settings, environment)).removal();
    }

    @Override
    public List<Finding> check(ConnectorAddress address, SortedMap<String, String> settings)
            throws MaintainerException {
        return asked(address, settings, "check", (connection, read) -> new SetupCheck(connection, read).findings());
    }

    @Override
    public List<String> sequences(ConnectorAddress address, SortedMap<String, String> settings, long margin)
            throws MaintainerException {
        return asked(address, settings, "sequences", (connection, read) -> {
            try (Statement statement = connection.createStatement()) {
                statement.execute("set search_path = pg_catalog");
            }
            return SequenceScript.of(connection, read, margin);
        });
    }

    private interface Question<R> {
        R ask(Connection connection, SourceSettings settings) throws SQLException;
    }

    private <R> R asked(
            ConnectorAddress address, SortedMap<String, String> settings, String what, Question<R> question) {
        SourceSettings read = SourceSettings.of(address, settings, environment);
        TreeMap<String, String> properties = new TreeMap<>(
                Map.of("ApplicationName", "maintainer " + what, "socketTimeout", Integer.toString(ANSWER_SECONDS)));
        try (Connection connection = new DirectConnections(read.server()).open(properties)) {
            return question.ask(connection, read);
        } catch (SQLException e) {
            boolean isForbidden = FailureKind.of(e) == FailureKind.FORBIDDEN;
            throw new MaintainerException(
                    isForbidden ? ErrorCode.NOT_ALLOWED_BY_DATABASE : ErrorCode.SOURCE_UNAVAILABLE,
                    "the source cannot be asked: " + Failures.said(e)
                            + (isForbidden
                                    ? "; correct the role or its password, or let it in by pg_hba.conf"
                                    : "; look whether the server runs and can be reached"));
        }
    }
}
