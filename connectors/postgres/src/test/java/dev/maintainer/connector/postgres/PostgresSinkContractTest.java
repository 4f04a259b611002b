package dev.maintainer.connector.postgres;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.connector.tck.SinkContract;
import dev.maintainer.connector.tck.SinkLab;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.ReadableSink;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A database keeps the rules of sinks. */
class PostgresSinkContractTest extends SinkContract {
    @Override
    protected SinkLab lab() {
        String database = PostgresServer.shared().newDatabase();
        return new SinkLab() {
            private final List<Sink> opened = new ArrayList<>();

            @Override
            public Sink open(ChangefeedId changefeed, String source) {
                ConnectorAddress address = ConnectorAddress.parse(
                        "postgresql://" + PostgresServer.ADMIN + "@127.0.0.1:"
                                + PostgresServer.shared().port() + "/" + database,
                        "--sink");
                Sink sink = new PostgresSinkProvider().open(address, address.options(), changefeed, source);
                opened.add(sink);
                return sink;
            }

            @Override
            public SortedMap<TableName, ? extends Map<String, String>> state(Sink sink) {
                ReadableSink readable = (ReadableSink) sink;
                SortedMap<TableName, SortedMap<String, String>> state = new TreeMap<>();
                for (TableName name : readable.tables()) {
                    SortedMap<String, String> rows = new TreeMap<>();
                    try (RowCursor cursor = readable.rows(name)) {
                        for (Row row = cursor.next(); row != null; row = cursor.next()) {
                            rows.put(row.key(), row.json());
                        }
                    }
                    state.put(name, rows);
                }
                return state;
            }

            @Override
            public boolean takesPartsOfRows() {
                return false;
            }

            @Override
            public @Nullable TableName refused() {
                return new TableName("pg_reserved", "t");
            }

            @Override
            public void close() {
                opened.forEach(Sink::close);
            }
        };
    }
}
