package dev.maintainer.demo.postgres;

import dev.maintainer.connector.postgres.server.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;

/** Applications that write to a database until they are stopped; they connect again if it was away. */
final class Traffic extends Clients {
    private static final long PAUSE_MILLIS = 8;
    private static final long RETRY_MILLIS = 100;
    private static final int MOST_DELTA = 1_000;

    private final PostgresServer server;
    private final String database;
    private final AtomicLong transactions = new AtomicLong();
    private final AtomicLong rows = new AtomicLong();

    private interface Writing {
        int write(Connection connection, Random random) throws SQLException;
    }

    Traffic(PostgresServer server, String database, DemoSize size) {
        this.server = server;
        this.database = database;
        for (int i = 0; i < size.clients(); i++) {
            begin("payments-" + i, i, (connection, random) -> pay(connection, random, size.accounts()));
        }
        begin("editing", size.clients(), Traffic::edit);
    }

    private void begin(String name, long seed, Writing writing) {
        Random random = new Random(seed);
        begin(name, () -> repeat(random, writing));
    }

    private void repeat(Random random, Writing writing) throws InterruptedException {
        while (!isStoppedWithin(RETRY_MILLIS)) {
            try (Connection connection = server.connect(database)) {
                connection.setAutoCommit(false);
                while (!isStoppedWithin(PAUSE_MILLIS)) {
                    int changed = writing.write(connection, random);
                    connection.commit();
                    transactions.incrementAndGet();
                    rows.addAndGet(changed);
                }
            } catch (SQLException e) {
                failed(e);
            }
        }
    }

    /** As TPC-B does. */
    private static int pay(Connection connection, Random random, int accounts) throws SQLException {
        int account = 1 + random.nextInt(accounts);
        int delta = random.nextInt(2 * MOST_DELTA) - MOST_DELTA;
        add(connection, "accounts", account, delta);
        add(connection, "tellers", 1 + account % (ShopTables.BRANCHES * 10), delta);
        add(connection, "branches", 1 + account % ShopTables.BRANCHES, delta);
        try (PreparedStatement insert =
                connection.prepareStatement("insert into shop.history (account, delta) values (?, ?)")) {
            insert.setLong(1, account);
            insert.setInt(2, delta);
            return 3 + insert.executeUpdate();
        }
    }

    private static void add(Connection connection, String table, int id, int delta) throws SQLException {
        try (PreparedStatement update =
                connection.prepareStatement("update shop." + table + " set balance = balance + ? where id = ?")) {
            update.setInt(1, delta);
            update.setInt(2, id);
            update.executeUpdate();
        }
    }

    /** Rows that come and go, keys that change, rows that move to another partition, large values that stay, and rows that are equal. */
    private static int edit(Connection connection, Random random) throws SQLException {
        int id = 10 + random.nextInt(200);
        int device = 1 + random.nextInt(500);
        int visitor = 1 + random.nextInt(ShopTables.VISITORS);
        try (Statement statement = connection.createStatement()) {
            return switch (random.nextInt(9)) {
                case 0 ->
                    statement.executeUpdate(
                            "insert into shop.kinds (id, words, amount) values (" + id + ", '{\"x\",NULL}', " + id
                                    + ".25) on conflict (id) do update set amount = kinds.amount + 1");
                case 1 -> statement.executeUpdate("delete from shop.kinds where id = " + id);
                case 2 ->
                    statement.executeUpdate("update shop.kinds set id = id + 1000 where id = " + id
                            + " and not exists (select from shop.kinds o where o.id = " + (id + 1000) + ")");
                case 3 ->
                    statement.executeUpdate("update shop.documents set version = version + 1 where id ="
                            + " (select id from shop.documents order by id offset "
                            + random.nextInt(ShopTables.DOCUMENTS)
                            + " limit 1)");
                case 4 ->
                    statement.executeUpdate("update shop.readings set at = at + case when at < '2026-01-01' then"
                            + " interval '400 days' else interval '-400 days' end where device = " + device);
                case 5 ->
                    statement.executeUpdate(
                            "insert into shop.clicks select " + visitor
                                    + ", 'page ' || i % 2, case when i < 3 then 1.50 end, '{\"a\": 1}' from generate_series(1, 4) i");
                case 6 ->
                    statement.executeUpdate("update shop.clicks set price = price + 0.10 where ctid = (select ctid"
                            + " from shop.clicks where visitor = " + visitor + " limit 1)");
                case 7 ->
                    statement.executeUpdate(
                            "delete from shop.clicks where ctid = any (array(select ctid from shop.clicks"
                                    + " where visitor = " + visitor + " limit 4))");
                default ->
                    statement.executeUpdate("insert into shop.readings values (" + device
                            + ", clock_timestamp()::timestamp, 0.5) on conflict do nothing");
            };
        }
    }

    long transactions() {
        return transactions.get();
    }

    long rows() {
        return rows.get();
    }
}
