package dev.maintainer.demo.postgres;

import dev.maintainer.connector.postgres.server.PostgresServer;
import java.util.List;

/** Changes of the schema that applications make now and then, each under traffic. Used by one thread. */
final class SchemaChanges {
    private static final List<List<String>> TURNS = List.of(
            List.of("alter table shop.accounts add column rating_N int not null default 7"),
            List.of(
                    "create table shop.extra_N (id int primary key, note text)",
                    "insert into shop.extra_N select i, 'note ' || i from generate_series(1, 100) i"),
            List.of("alter table shop.documents alter column title type text"),
            List.of("alter table shop.extra_N rename column note to remark", "update shop.extra_N set remark = 'x'"),
            List.of("truncate shop.extra_N", "insert into shop.extra_N values (1, 'after')"),
            List.of("alter table shop.accounts drop column rating_N"),
            List.of("alter table shop.extra_N rename to other_N", "insert into shop.other_N values (2, 'renamed')"),
            List.of("drop table shop.other_N"));

    private final PostgresServer server;
    private final String database;
    private int done;

    SchemaChanges(PostgresServer server, String database) {
        this.server = server;
        this.database = database;
    }

    /** Makes the next one. */
    void next() {
        String round = String.valueOf(done / TURNS.size());
        server.execute(
                database,
                TURNS.get(done % TURNS.size()).stream()
                        .map(each -> each.replace("_N", "_" + round))
                        .toArray(String[]::new));
        done++;
    }

    int done() {
        return done;
    }
}
