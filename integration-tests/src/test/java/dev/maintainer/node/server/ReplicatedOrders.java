package dev.maintainer.node.server;

import static dev.maintainer.node.server.ClusterOfServers.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedId;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes replicate a database with some orders into another one, and both are equal before anything else happens. */
abstract class ReplicatedOrders {
    static final ChangefeedId FEED = new ChangefeedId("shop");

    final TwoDatabases databases;
    private final String[] exceptTables;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @SuppressWarnings("NullAway.Init")
    ClusterOfServers cluster;

    /**
     * Orders that are replicated.
     *
     * @param settings of the source, as in an address: {@code &KEY=VALUE}
     * @param exceptTables which need not be equal
     */
    ReplicatedOrders(String settings, String... exceptTables) {
        this.databases = new TwoDatabases(settings).withOrders();
        this.exceptTables = exceptTables;
    }

    @BeforeEach
    void begin() throws Exception {
        databases.setUp();
        cluster = new ClusterOfServers(temporary);
        NodeServer first = cluster.start("n1");
        NodeServer second = cluster.start("n2");
        assertThat(first).isNotSameAs(second);
        await("a leader", () -> cluster.leader().isPresent());
        cluster.create(FEED.name(), databases.sourceAddress(), databases.sinkAddress());
        awaitEqual();
    }

    @AfterEach
    void end() throws Exception {
        cluster.close();
    }

    final void on(String... statements) {
        databases.on(statements);
    }

    final void awaitEqual() throws InterruptedException {
        databases.awaitEqual(exceptTables);
    }
}
