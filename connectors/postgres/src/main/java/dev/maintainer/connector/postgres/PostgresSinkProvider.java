package dev.maintainer.connector.postgres;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.connector.postgres.sink.PostgresContents;
import dev.maintainer.connector.postgres.sink.PostgresSink;
import dev.maintainer.connector.postgres.sql.ConnectionPool;
import dev.maintainer.connector.postgres.sql.ServerSettings;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.SinkContents;
import dev.maintainer.replication.SinkProvider;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Opens {@code postgresql://USER@HOST:PORT/DATABASE} as a sink. */
public final class PostgresSinkProvider implements SinkProvider {
    /** The scheme of databases. */
    public static final String SCHEME = "postgresql";

    private final UnaryOperator<@Nullable String> environment;

    /** Made by the service loader. */
    public PostgresSinkProvider() {
        this(System::getenv);
    }

    /**
     * With an environment of its own.
     *
     * @param environment variables by name
     */
    PostgresSinkProvider(UnaryOperator<@Nullable String> environment) {
        this.environment = environment;
    }

    @Override
    public String scheme() {
        return SCHEME;
    }

    @Override
    public String description() {
        return "tables of a PostgreSQL database; postgresql://USER@HOST:PORT/DATABASE";
    }

    @Override
    public Sink open(
            ConnectorAddress address, SortedMap<String, String> settings, ChangefeedId changefeed, String source)
            throws MaintainerException {
        return PostgresSink.open(pool(address, settings, changefeed), changefeed, source);
    }

    @Override
    public boolean takesRowsWithoutKey() {
        return true;
    }

    @Override
    public void check(
            ConnectorAddress address, SortedMap<String, String> settings, ChangefeedId changefeed, String source)
            throws MaintainerException {
        PostgresSink.check(pool(address, settings, changefeed), changefeed, source);
    }

    @Override
    public SinkContents contents(ConnectorAddress address, SortedMap<String, String> settings, ChangefeedId changefeed)
            throws MaintainerException {
        return PostgresContents.open(pool(address, settings, changefeed), changefeed);
    }

    private ConnectionPool pool(ConnectorAddress address, SortedMap<String, String> settings, ChangefeedId changefeed) {
        return ConnectionPool.of(ServerSettings.of(address, settings, environment), "postgres-" + changefeed.name());
    }

    @Override
    public String place(ConnectorAddress address) throws MaintainerException {
        SortedMap<String, String> anyUser = new TreeMap<>(address.options());
        return ServerSettings.of(address, anyUser, name -> "anybody").place();
    }
}
