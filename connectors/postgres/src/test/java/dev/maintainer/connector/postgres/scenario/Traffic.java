package dev.maintainer.connector.postgres.scenario;

import java.sql.SQLException;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;

/** Orders come, change with and without their large value, get other keys and go, in transactions of a few changes. */
final class Traffic implements AutoCloseable {
    private static final int ORDERS = 600;
    /** As fast as it can is faster than two cores can follow. */
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final RandomTransactions transactions;

    Traffic(Replication replication) {
        this.transactions = new RandomTransactions(
                () -> replication.sourceServer.connect(replication.source), 7, Traffic::change, PAUSE_NANOS);
    }

    private static String change(SplittableRandom random) {
        int id = 1 + random.nextInt(ORDERS);
        String changed = "update shop.orders set version = nextval('shop.versions'), ";
        return switch (random.nextInt(6)) {
            case 0 ->
                "insert into shop.orders (id, total, note) values (" + id
                        + ", 'new', repeat('n', 3000)) on conflict do nothing";
            case 1 -> changed + "total = 'total " + random.nextInt(1000) + "' where id = " + id;
            case 2 -> changed + "note = repeat('" + (char) ('a' + random.nextInt(26)) + "', 3000) where id = " + id;
            case 3 -> changed + "total = left(total, 20) || 'y' where id between " + id + " and " + (id + 3);
            case 4 -> "delete from shop.orders where id = " + id;
            default -> {
                int other = id <= ORDERS / 2 ? id + ORDERS / 2 : id - ORDERS / 2;
                yield changed + "id = " + other + ", note = 'short' where id = " + id
                        + " and not exists (select from shop.orders where id = " + other + ")";
            }
        };
    }

    void awaitTransactions(int more) {
        int goal = transactions.transactions() + more;
        Replication.await(
                more + " more transactions", () -> transactions.transactions() >= goal || transactions.hasFailed());
    }

    /** Ends it, and says how many transactions it has committed. */
    int stop() throws SQLException {
        return transactions.stop();
    }

    @Override
    public void close() {
        transactions.close();
    }
}
