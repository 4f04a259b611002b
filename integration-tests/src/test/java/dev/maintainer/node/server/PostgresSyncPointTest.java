package dev.maintainer.node.server;

import static dev.maintainer.node.server.ClusterOfServers.await;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The sink notes which moment of the source it has, while applications write. */
class PostgresSyncPointTest extends ReplicatedOrders {
    private static final int FIRST = 10_000;
    private static final String COUNT = "select count(*) from maintainer_sink.sync_point";

    /** Sync points at which one table of the sink has what was committed together with something that the other one has not. */
    private static final String TORN = """
            select count(*) from maintainer_sink.sync_point s
            where (select array_agg(o.id - 10000 order by o.id) from shop.orders o
                where o.id >= 10000 and pg_visible_in_snapshot(o.xmin::text::xid8, s.sink_snapshot))
              is distinct from
                (select array_agg(c.city::int order by c.city::int) from shop.customers c
                where c.name like 'new%' and pg_visible_in_snapshot(c.xmin::text::xid8, s.sink_snapshot))""";

    /** Sync points that have some of the rows. */
    private static final String WITHIN = """
            select count(*) from maintainer_sink.sync_point s
            where (select count(*) from shop.orders o
                where o.id >= 10000 and pg_visible_in_snapshot(o.xmin::text::xid8, s.sink_snapshot)) between 1 and %d""";

    private int committed;

    PostgresSyncPointTest() {
        super("&sync-point-seconds=1");
    }

    private void commit() {
        on("begin; insert into shop.orders values (" + (FIRST + committed) + ", 'new');"
                + " insert into shop.customers values ('new" + committed + "', '" + committed + "'); commit");
        committed++;
    }

    private int count(String sql) {
        return Integer.parseInt(databases.query(databases.sink, sql));
    }

    @Test
    @DisplayName(
            "At each sync point both tables have what the source had at one moment, and a new owner goes on with them")
    void sameMoment() throws Exception {
        int before = count(COUNT);
        await("five sync points", () -> {
            commit();
            return count(COUNT) >= before + 5;
        });
        int last = committed - 1;
        await("the last row", () -> {
            String there = "select count(*) from shop.customers where city = '" + last + "'";
            return count(there) == 1;
        });
        assertThat(count(WITHIN.formatted(last)))
                .as("sync points in the middle of the traffic")
                .isGreaterThan(2);
        assertThat(count(TORN)).isZero();
        assertThat(
                        count(
                                "select count(*) from maintainer_sink.sync_point"
                                        + " where source_time not between now() - interval '10 minutes' and written_at + interval '1 second'"))
                .isZero();

        cluster.kill(cluster.owner(FEED.name()).orElseThrow());
        int then = count(COUNT);
        await("two more sync points", () -> count(COUNT) >= then + 2);
        awaitEqual();
    }
}
