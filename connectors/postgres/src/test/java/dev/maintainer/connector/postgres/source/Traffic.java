package dev.maintainer.connector.postgres.source;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Changes orders at random: inserts, updates with and without their large value, deletes, other keys. */
final class Traffic {
    private final LiveDatabase database;
    private final AtomicInteger transactions = new AtomicInteger();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final Thread thread = new Thread(this::run, "traffic");
    private volatile boolean stops;

    Traffic(LiveDatabase database) {
        this.database = database;
    }

    void start() {
        thread.start();
    }

    private void run() {
        SplittableRandom random = new SplittableRandom(11);
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            while (!stops) {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    statement.execute(change(random));
                }
                if (random.nextInt(10) == 0) {
                    connection.rollback();
                } else {
                    connection.commit();
                    transactions.incrementAndGet();
                }
            }
        } catch (SQLException e) {
            failure.set(e);
        }
    }

    private static String change(SplittableRandom random) {
        int id = 1 + random.nextInt(3000);
        return switch (random.nextInt(6)) {
            case 0 -> "insert into shop.orders values (" + id + ", 'new', repeat('m', 3000)) on conflict do nothing";
            case 1 -> "update shop.orders set total = 'total " + random.nextInt() + "' where id = " + id;
            case 2 ->
                "update shop.orders set note = repeat('" + (char) ('a' + random.nextInt(26)) + "', 3000) where id = "
                        + id;
            case 3 -> "update shop.orders set total = total || 'y' where id between " + id + " and " + (id + 5);
            case 4 -> "delete from shop.orders where id = " + id;
            // Another key with all values told.
            default ->
                "update shop.orders set id = id + 100000, note = 'short' where id = " + id
                        + " and not exists (select from shop.orders where id = " + (id + 100000) + ")";
        };
    }

    void stop() throws Exception {
        stops = true;
        thread.join();
        Exception failed = failure.get();
        if (failed != null) {
            throw failed;
        }
    }

    int transactions() {
        return transactions.get();
    }
}
