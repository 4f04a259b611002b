package dev.maintainer.demo.postgres.speed;

import dev.maintainer.connector.postgres.server.PostgresServer;
import java.util.ArrayList;
import java.util.List;

/** Replication that the servers do by themselves: a subscription. */
final class NativeReplication implements AutoCloseable {
    private final SpeedServers servers;
    private final String database;
    private final String name;

    /**
     * Begins with what is committed from now on.
     *
     * @param source the database that is replicated
     * @param tables statements that make its tables
     */
    NativeReplication(SpeedServers servers, String source, List<String> tables) {
        this.servers = servers;
        this.database = servers.sink().newDatabase();
        this.name = "by_itself_" + source;
        List<String> statements = new ArrayList<>(List.of("create schema shop"));
        statements.addAll(tables);
        statements.add("create subscription " + name + " connection 'host=127.0.0.1 port="
                + servers.source().port() + " user=" + PostgresServer.ADMIN + " dbname=" + source
                + "' publication maintainer with (copy_data = false)");
        servers.sink().execute(database, statements.toArray(String[]::new));
    }

    /** {@return where the rows come to} */
    String database() {
        return database;
    }

    /** {@return the name of its slot} */
    String slot() {
        return name;
    }

    @Override
    public void close() {
        servers.sink().execute(database, "drop subscription " + name);
    }
}
