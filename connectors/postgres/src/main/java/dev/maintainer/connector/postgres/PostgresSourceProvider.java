package dev.maintainer.connector.postgres;

import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.setup.PostgresSetup;
import dev.maintainer.connector.postgres.source.PostgresSource;
import dev.maintainer.connector.postgres.source.RunSource;
import dev.maintainer.connector.postgres.source.SourceSettings;
import dev.maintainer.connector.postgres.sql.DirectConnections;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.PacedSource;
import dev.maintainer.replication.Source;
import dev.maintainer.replication.SourceContext;
import dev.maintainer.replication.SourceProvider;
import dev.maintainer.replication.SourceSetup;
import java.util.Optional;
import java.util.SortedMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Opens {@code postgresql://USER@HOST:PORT/DATABASE} as a source. */
public final class PostgresSourceProvider implements SourceProvider {
    private final UnaryOperator<@Nullable String> environment;

    /** Made by the service loader. */
    public PostgresSourceProvider() {
        this(System::getenv);
    }

    /**
     * With an environment of its own.
     *
     * @param environment variables by name
     */
    PostgresSourceProvider(UnaryOperator<@Nullable String> environment) {
        this.environment = environment;
    }

    @Override
    public String scheme() {
        return PostgresSinkProvider.SCHEME;
    }

    @Override
    public String description() {
        return "tables of a PostgreSQL database that a publication has; postgresql://USER@HOST:PORT/DATABASE";
    }

    @Override
    public Source open(ConnectorAddress address, SortedMap<String, String> settings) throws MaintainerException {
        return open(address, settings, SourceContext.WHOLE);
    }

    @Override
    public Source open(ConnectorAddress address, SortedMap<String, String> settings, SourceContext context)
            throws MaintainerException {
        SourceSettings read = SourceSettings.of(address, settings, environment);
        return PostgresSource.open(read, new DirectConnections(read.server())::open, context);
    }

    @Override
    public PacedSource openPaced(ConnectorAddress address, SortedMap<String, String> settings)
            throws MaintainerException {
        SourceSettings read = SourceSettings.of(address, settings, environment);
        return RunSource.open(read, new DirectConnections(read.server())::open);
    }

    @Override
    public Optional<SourceSetup> setup() {
        return Optional.of(new PostgresSetup(environment));
    }
}
