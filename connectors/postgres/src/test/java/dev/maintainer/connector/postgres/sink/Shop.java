package dev.maintainer.connector.postgres.sink;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.PostgresSinkProvider;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.SinkContents;
import dev.maintainer.replication.SpanWriter;
import dev.maintainer.replication.WriteResult;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** A database with a table of orders that a changefeed replicates, and processes that do so. */
final class Shop implements AutoCloseable {
    static final ChangefeedId FEED = new ChangefeedId("shop");
    static final TableId ORDERS = new TableId(7);
    static final TableName NAME = new TableName("shop", "orders");
    static final TableInfo TABLE = new TableInfo(ORDERS, new SchemaId(3), NAME, true);
    static final TableSpan WHOLE = TableSpan.whole(ORDERS);
    static final DispatcherId DISPATCHER = new DispatcherId(1, 1);
    static final DispatcherId OTHER = new DispatcherId(1, 2);
    private static final DispatcherId TRIGGER = new DispatcherId(0, 1);

    private final PostgresServer server;
    final String database;
    private final List<AutoCloseable> opened = new ArrayList<>();

    Shop() {
        this(PostgresServer.shared());
    }

    /** On a server with which a test does what others must not meet. */
    Shop(PostgresServer server) {
        this.server = server;
        this.database = server.newDatabase();
    }

    /** A process, whose node accepts epochs as it hears of them. */
    final class SinkProcess {
        final PostgresSink sink;
        final AtomicLong accepted = new AtomicLong(1);

        private SinkProcess(int port) {
            ConnectorAddress address = address(port);
            sink = (PostgresSink) new PostgresSinkProvider().open(address, address.options(), FEED, "the log");
            opened.add(sink);
        }

        MaintainerEpoch epoch() {
            return new MaintainerEpoch(accepted.get());
        }

        SpanWriter open(TableSpan span, DispatcherId dispatcher) {
            return sink.open(span, dispatcher, epoch(), this::epoch);
        }

        SpanWriter trigger() {
            return open(TableSpan.DDL, TRIGGER);
        }

        void own(long epoch) {
            sink.fence(FEED, new MaintainerEpoch(epoch));
            accepted.set(epoch);
        }
    }

    /** A process with a wire of its own to the server. */
    SinkProcess processBehind(Wire wire) {
        return new SinkProcess(wire.port());
    }

    SinkProcess process() {
        return new SinkProcess(server.port());
    }

    /** What is there, for whoever compares it; to be closed. */
    SinkContents contents() {
        ConnectorAddress address = address(server.port());
        return new PostgresSinkProvider().contents(address, address.options(), FEED);
    }

    private ConnectorAddress address(int port) {
        return ConnectorAddress.parse(
                "postgresql://" + PostgresServer.ADMIN + "@127.0.0.1:" + port + "/" + database, "--sink");
    }

    Wire wire() {
        Wire wire = new Wire(server.port());
        opened.add(wire);
        return wire;
    }

    /** The first owner, which has created the table. */
    SinkProcess owner() {
        SinkProcess owner = process();
        owner.own(1);
        execute(owner, DdlEvent.createTable(10, 0, TABLE, null));
        return owner;
    }

    void execute(SinkProcess owner, DdlEvent... ddls) {
        assertThat(owner.trigger().writeDdls(List.of(ddls))).isEqualTo(WriteResult.DURABLE);
    }

    /** From now on, each change of a row of the table is noted by the database itself. */
    void audit() {
        sql(
                "create table audit (what text, key text)",
                "create function note() returns trigger language plpgsql as $$ begin"
                        + " insert into audit values (tg_op, coalesce(new.key, old.key)); return null; end $$",
                "create trigger note after insert or update or delete on shop.orders for each row"
                        + " execute function note()");
    }

    void sql(String... statements) {
        server.execute(database, statements);
    }

    /** The first column of what a query finds, as text. */
    List<String> query(String sql) {
        try (Connection connection = server.connect(database);
                Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (result.next()) {
                found.add(result.getString(1));
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    SortedMap<String, String> orders() {
        SortedMap<String, String> orders = new TreeMap<>();
        query("select key || '=' || value from shop.orders").forEach(line -> {
            int equals = line.indexOf('=');
            orders.put(line.substring(0, equals), line.substring(equals + 1));
        });
        return orders;
    }

    static RowEvent order(long ts, String key, @Nullable Object value) {
        return value == null
                ? new RowEvent(ts, ORDERS, RowEvent.Op.D, key, null)
                : new RowEvent(ts, ORDERS, RowEvent.Op.U, key, value.toString());
    }

    static void write(SpanWriter writer, RowEvent... rows) {
        assertThat(writer.write(List.of(rows))).isEqualTo(WriteResult.DURABLE);
    }

    void until(String what, BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > TimeUnit.SECONDS.toNanos(60)) {
                throw new AssertionError("waited in vain for " + what + "; sessions: "
                        + query(
                                "select concat_ws(' ', application_name, state, wait_event, query) from pg_stat_activity"
                                        + " where datname = current_database()"));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @Override
    public void close() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }
}
