package com.example.memory;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.connector.tck.SinkContract;
import dev.maintainer.connector.tck.SinkLab;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Sink;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.UUID;

/** The memory sink keeps the rules of sinks. */
class MemorySinkContractTest extends SinkContract {
    @Override
    protected SinkLab lab() {
        ConnectorAddress address =
                new ConnectorAddress("memory", UUID.randomUUID().toString());
        return new SinkLab() {
            @Override
            public Sink open(ChangefeedId changefeed, String source) {
                return new MemorySinkProvider().open(address, new TreeMap<>(), changefeed, source);
            }

            @Override
            public SortedMap<TableName, ? extends Map<String, String>> state(Sink sink) {
                SortedMap<TableName, SortedMap<String, String>> state = new TreeMap<>();
                MemorySink memory = (MemorySink) sink;
                for (TableName table : memory.tables()) {
                    SortedMap<String, String> rows = new TreeMap<>();
                    try (RowCursor cursor = memory.rows(table)) {
                        for (Row row = cursor.next(); row != null; row = cursor.next()) {
                            rows.put(row.key(), row.json());
                        }
                    }
                    state.put(table, rows);
                }
                return state;
            }

            @Override
            public boolean isInMemory() {
                return true;
            }
        };
    }
}
