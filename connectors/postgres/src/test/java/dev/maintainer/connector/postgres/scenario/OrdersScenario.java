package dev.maintainer.connector.postgres.scenario;

import dev.maintainer.api.model.TableSpan;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A node is about to replicate some orders, each with a large value. */
abstract class OrdersScenario {
    private final int rows;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @SuppressWarnings("NullAway.Init")
    Replication replication;

    @SuppressWarnings("NullAway.Init")
    Node first;

    @SuppressWarnings("NullAway.Init")
    TableSpan orders;

    OrdersScenario(int rows) {
        this.rows = rows;
    }

    @BeforeEach
    void begin() {
        replication = new Replication(directory, Replication.ORDERS);
        replication.atSource("insert into shop.orders (id, total, note) select i, 't', repeat('n', 3000)"
                + " from generate_series(1, " + rows + ") i");
        first = replication.first("n1");
        orders = first.table("orders");
    }

    @AfterEach
    void end() {
        replication.close();
    }
}
