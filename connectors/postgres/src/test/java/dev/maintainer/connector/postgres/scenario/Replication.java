package dev.maintainer.connector.postgres.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.PostgresSourceProvider;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.connector.postgres.setup.PostgresSetup;
import dev.maintainer.connector.postgres.wal.Lsn;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.TableContents;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A database that is set up as a source, an empty one that is the sink, and the nodes that replicate. */
final class Replication implements AutoCloseable {
    static final ChangefeedId FEED = new ChangefeedId("shop");

    /** A table with a number that rises with each change of a row, and a value that is not in the log unless it changes. */
    static final String[] ORDERS = {
        "create sequence shop.versions",
        "create table shop.orders (id int primary key, version bigint not null default nextval('shop.versions'),"
                + " total text, note text)",
        "alter table shop.orders alter column note set storage external"
    };

    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(60);

    final PostgresServer sourceServer;
    final String source;
    final String sink = PostgresServer.shared().newDatabase();
    private final Path directory;
    private final List<Node> nodes = new ArrayList<>();

    /** Both on the server that tests share; with the tables of a schema {@code shop}. */
    Replication(Path directory, String... tables) {
        this(PostgresServer.shared(), directory, tables);
    }

    /** With a source on another server. */
    Replication(PostgresServer sourceServer, Path directory, String... tables) {
        this.sourceServer = sourceServer;
        this.directory = directory;
        this.source = sourceServer.newDatabase();
        atSource("create schema shop");
        atSource(tables);
        ConnectorAddress address = ConnectorAddress.parse(sourceAddress(), "the source");
        atSource(String.join("\n", new PostgresSetup(name -> null).script(address, address.options())));
    }

    private String sourceAddress() {
        return "postgresql://" + PostgresServer.ADMIN + "@127.0.0.1:" + sourceServer.port() + "/" + source
                + "?tables=shop.*&heartbeat-seconds=1";
    }

    /** The first node: it owns the sink, and has made the tables. */
    Node first(String name) {
        Node node = node(name, 0);
        node.own(1);
        node.makeTables();
        return node;
    }

    /** A node of an owner that is there already. */
    Node node(String name, long historyAfter) {
        return node(name, historyAfter, PostgresServer.shared().port());
    }

    /** A node that reaches its sink at another port. */
    Node node(String name, long historyAfter, int sinkPort) {
        Node node = new Node(
                ConnectorAddress.parse(sourceAddress(), "the source"),
                ConnectorAddress.parse(
                        "postgresql://" + PostgresServer.ADMIN + "@127.0.0.1:" + sinkPort + "/" + sink, "the sink"),
                name,
                directory.resolve(name),
                historyAfter);
        nodes.add(node);
        return node;
    }

    /** A checkpoint is durable in the metadata: every node hears of it. */
    void persist(long checkpointTs) {
        nodes.forEach(node -> node.source.retainAfter(checkpointTs));
    }

    void atSource(String... statements) {
        sourceServer.execute(source, statements);
    }

    void atSink(String... statements) {
        PostgresServer.shared().execute(sink, statements);
    }

    List<String> ofSource(String sql) {
        return sourceServer.column(source, sql);
    }

    List<String> ofSink(String sql) {
        return PostgresServer.shared().column(sink, sql);
    }

    long walEnd() {
        return Lsn.parse(ofSource("select pg_current_wal_lsn()").get(0));
    }

    List<String> slots() {
        return ofSource("select slot_name from pg_replication_slots where database = current_database() order by 1");
    }

    void assertEqual(String... tables) {
        for (String table : tables) {
            String rows = "select t::text from shop." + table + " t order by 1";
            assertThat(ofSink(rows)).as(table).isEqualTo(ofSource(rows));
        }
    }

    /** The rows of a table as a comparison reads them. */
    List<Row> rowsOfSource(String table) {
        ConnectorAddress address = ConnectorAddress.parse(sourceAddress(), "the source");
        try (TableContents contents = new PostgresSourceProvider().contents(address, address.options())) {
            return rows(contents.rows(new TableName("shop", table)));
        }
    }

    static List<Row> rows(RowCursor cursor) {
        List<Row> rows = new ArrayList<>();
        try (cursor) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                rows.add(row);
            }
        }
        return rows;
    }

    /** From now on the sink itself notes every version of every order that is committed in it. */
    void watchOrders() {
        atSink(
                "create table audit (at bigserial, what text, id int, version bigint)",
                "create function note() returns trigger language plpgsql as $$ begin"
                        + " insert into public.audit (what, id, version)"
                        + " values (tg_op, coalesce(new.id, old.id), coalesce(new.version, old.version));"
                        + " return null; end $$",
                "create trigger note after insert or update or delete on shop.orders for each row"
                        + " execute function note()",
                "alter table shop.orders enable always trigger note");
    }

    /** No order has had a version twice, or an older one after a newer one. */
    void assertNothingAgain() {
        assertThat(ofSink(
                        "select format('%s %s %s after %s', what, id, version, before) from (select at, what, id, version,"
                                + " lag(version) over (partition by id order by at) as before from audit) a"
                                + " where version < before or (version = before and what <> 'DELETE')"))
                .isEmpty();
    }

    /** Right before an order. */
    static SpanBound beforeOrder(int id) {
        return SpanBound.before(
                ByteBuffer.allocate(4).putInt(id ^ Integer.MIN_VALUE).array());
    }

    static void await(String what, BooleanSupplier condition) {
        long began = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - began > MOST_NANOS) {
                throw new AssertionError("waited in vain for " + what);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(2));
        }
    }

    @Override
    public void close() {
        nodes.forEach(Node::close);
        for (String slot : slots()) {
            // A session that was closed here may end later at the server.
            atSource("do $$ begin for i in 1..300 loop exit when not exists (select from pg_replication_slots"
                    + " where slot_name = '" + slot + "' and active); perform pg_sleep(0.1); end loop; end $$");
            atSource("select pg_drop_replication_slot('" + slot + "')");
        }
    }
}
