package dev.maintainer.demo.postgres;

import dev.maintainer.connector.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/** Developers who change the tables of a database every two seconds until they are stopped. */
final class SchemaChanges extends Clients {
    private static final long PAUSE_MILLIS = 2_000;

    /** One round; a number stands for {@code %d}. */
    private static final String[] ROUND = {
        "create table shop.offers_%1$d as select id, branch, 'offer ' || id as text from shop.accounts where id <= 50;"
                + " alter table shop.offers_%1$d add primary key (id)",
        "alter table shop.accounts add column tag_%1$d int not null default %1$d",
        "insert into shop.offers_%1$d values (-1, 0, 'goes'); truncate shop.offers_%1$d;"
                + " insert into shop.offers_%1$d select i, i, 'stays' from generate_series(1, 20) i",
        "alter table shop.documents add column drawn_%1$d double precision not null default random()",
        "alter table shop.offers_%1$d rename to old_offers_%1$d; alter table shop.old_offers_%1$d rename column text to words;"
                + " insert into shop.old_offers_%1$d values (100, 1, 'late')",
        "alter table shop.accounts drop column tag_%1$d",
        "alter table shop.old_offers_%1$d alter column branch type text using 'b' || branch",
        "drop table shop.old_offers_%1$d"
    };

    private final PostgresServer server;
    private final String database;
    private final AtomicInteger executed = new AtomicInteger();

    SchemaChanges(PostgresServer server, String database) {
        this.server = server;
        this.database = database;
        begin("developers", this::repeat);
    }

    private void repeat() throws InterruptedException {
        while (refused() == null && !isStoppedWithin(PAUSE_MILLIS)) {
            change(executed.get());
        }
    }

    private void change(int next) {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(ROUND[next % ROUND.length].formatted(next / ROUND.length));
            connection.commit();
            executed.incrementAndGet();
        } catch (SQLException e) {
            failed(e);
        }
    }

    int executed() {
        return executed.get();
    }
}
