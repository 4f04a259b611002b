package dev.maintainer.connector.postgres.source;

import dev.maintainer.connector.postgres.scenario.RandomTransactions;
import java.util.SplittableRandom;

/** Changes orders at random: inserts, updates with and without their large value, deletes, other keys. */
final class Traffic {
    private static final long SEED = 11;

    private Traffic() {}

    /** A client that begins at once, and does so without a pause. */
    static RandomTransactions on(LiveDatabase database) {
        return new RandomTransactions(database::connect, SEED, Traffic::change, 0);
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
}
