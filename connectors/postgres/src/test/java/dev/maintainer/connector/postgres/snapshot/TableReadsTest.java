package dev.maintainer.connector.postgres.snapshot;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.SpanBound;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.postgres.catalog.CatalogQueries;
import dev.maintainer.connector.postgres.catalog.KeyRange;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.replication.event.RowEvent;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TableReadsTest {
    private static final int ROWS = 400;

    private final PostgresServer server = PostgresServer.shared();
    private final String database = server.newDatabase();
    private TableCopies copies;

    @BeforeEach
    void begin() {
        server.execute(database, "create schema shop", "create publication every for all tables");
        copies = new TableCopies(
                properties -> {
                    Properties all = new Properties();
                    all.putAll(properties);
                    return server.connect(database, all);
                },
                1,
                "test");
    }

    @AfterEach
    void end() {
        copies.close();
    }

    private SourceTable table() throws SQLException {
        try (Connection connection = server.connect(database)) {
            return CatalogQueries.tables(connection, "every", table -> false).get(0);
        }
    }

    /** What is read of a span by chunks of some rows. */
    private TableReads.Chunk read(SourceTable table, TableSpan span, int rows) throws SQLException {
        TableReads reads = new TableReads(table);
        List<RowEvent> all = new ArrayList<>();
        int read = 0;
        boolean isOrdered = true;
        @Nullable List<String> last = null;
        while (true) {
            List<String> after = last;
            TableReads.Chunk chunk =
                    copies.call(connection -> reads.chunk(connection, span, after, 1, rows, Long.MAX_VALUE));
            all.addAll(chunk.rows());
            read += chunk.read();
            isOrdered &= chunk.isOrdered();
            if (chunk.isLast()) {
                return new TableReads.Chunk(all, null, read, 0, true, isOrdered);
            }
            last = chunk.lastKey();
        }
    }

    /** Keys, what keys begin with, and what is no key. */
    private static List<SpanBound> bounds(List<RowEvent> rows, Random random) {
        List<SpanBound> bounds = new ArrayList<>(List.of(SpanBound.LOWEST, SpanBound.HIGHEST));
        for (int i = 0; i < 12; i++) {
            SpanBound key = rows.get(random.nextInt(rows.size())).position();
            byte[] bytes = key.bytes();
            bounds.add(key);
            bounds.add(KeyRange.behind(key));
            bounds.add(SpanBound.before(Arrays.copyOf(bytes, 1 + random.nextInt(bytes.length))));
            byte[] other = bytes.clone();
            other[random.nextInt(other.length)] = (byte) random.nextInt();
            bounds.add(SpanBound.before(other));
        }
        return bounds;
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = ';',
            value = {
                "smallint;(i * 37 % 32768)::smallint",
                "integer;i * 1000003 - 200000000",
                "bigint;i::bigint * 4611686018427387 - 922337203685477580",
                "uuid;md5(i::text)::uuid",
                "boolean;i % 2 = 0",
                "date;case i % 50 when 0 then 'infinity' when 1 then '-infinity' when 2 then '4713-01-01 BC'"
                        + " when 3 then '5874897-12-31' else date '2000-01-01' + i * 977 - 200000 end",
                "timestamp(3) without time zone;case i % 50 when 0 then 'infinity' when 1 then '-infinity'"
                        + " when 2 then '4713-01-01 BC' else timestamp '2000-01-01' + i * interval '7 days 1.234 s' end",
                "timestamp with time zone;case i % 50 when 0 then 'infinity' when 1 then '294276-12-31 23:59:59.999999+00'"
                        + " else timestamptz '1970-01-01' - i * interval '7 days 1.234567 s' end",
                "bytea;decode(repeat('00', i % 4) || lpad(to_hex(i * 7), 4, '0') || repeat('ff00', i % 3), 'hex')",
                "text collate \"C\";chr(1 + i * 7 % 500) || repeat('ä', i % 3) || i % 10",
                "character varying(5) collate \"C\";chr(33 + i % 90) || case when i % 3 = 0 then ' ' else 'é' end",
                "character(6) collate \"C\";chr(33 + i % 90) || case when i % 3 = 0 then ' ' else 'é' end"
            })
    @DisplayName("The server leaves out what is outside of a span, and nothing else, whatever its bounds are")
    void range(String type, String expression) throws SQLException {
        server.execute(
                database,
                "create table shop.orders (a " + type + ", b int, c " + type + ", note text, primary key (a, b, c))",
                "insert into shop.orders select " + expression + ", i % 5 - 2, " + expression
                        + ", '' from generate_series(1, " + ROWS + ") i on conflict do nothing");
        SourceTable table = table();
        TableSpan whole = TableSpan.whole(table.info().table());
        TableReads.Chunk all = read(table, whole, 70);
        assertThat(all.isOrdered()).isTrue();
        assertThat(all.rows())
                .isSortedAccordingTo((one, other) -> one.position().compareTo(other.position()));
        Random random = new Random(11);
        List<SpanBound> bounds = bounds(all.rows(), random);
        for (int i = 0; i < 60; i++) {
            SpanBound one = bounds.get(random.nextInt(bounds.size()));
            SpanBound other = bounds.get(random.nextInt(bounds.size()));
            if (one.compareTo(other) >= 0) {
                continue;
            }
            TableSpan span = new TableSpan(whole.table(), one, other);

            TableReads.Chunk part = read(table, span, 70);

            assertThat(part.rows())
                    .as("%s", span)
                    .isEqualTo(all.rows().stream()
                            .filter(row -> row.isWithin(span))
                            .toList());
        }
    }

    @Test
    @DisplayName("A part of a table costs the server the rows of that part")
    void readsNoOthers() throws SQLException {
        server.execute(
                database,
                "create table shop.orders (id int primary key, note text)",
                "insert into shop.orders select i, '' from generate_series(1, 1000) i");
        SourceTable table = table();
        List<RowEvent> all =
                read(table, TableSpan.whole(table.info().table()), 100).rows();
        TableSpan part = new TableSpan(
                table.info().table(), all.get(300).position(), all.get(700).position());

        TableReads.Chunk read = read(table, part, 90);

        assertThat(read.rows()).isEqualTo(all.subList(300, 700));
        assertThat(read.read()).isEqualTo(400);
    }

    @ParameterizedTest
    @ValueSource(strings = {"text collate shop.other", "numeric"})
    @DisplayName("Of a key that the server orders otherwise it is told nothing, and what is outside is left out here")
    void otherOrder(String type) throws SQLException {
        server.execute(
                database,
                "create collation shop.other (provider = libc, locale = 'C.utf8')",
                "create table shop.orders (id " + type + " primary key)",
                "insert into shop.orders select i::text::" + type.replaceFirst(" .*", "")
                        + " from generate_series(1, 1000) i");
        SourceTable table = table();
        List<RowEvent> all =
                read(table, TableSpan.whole(table.info().table()), 100).rows();
        assertThat(all).hasSize(1000);
        SpanBound first = all.get(300).position();
        SpanBound second = all.get(350).position();
        TableSpan part = new TableSpan(
                table.info().table(),
                first.compareTo(second) < 0 ? first : second,
                first.compareTo(second) < 0 ? second : first);

        TableReads.Chunk read = read(table, part, 90);

        assertThat(read.isOrdered()).isFalse();
        assertThat(read.read()).isEqualTo(1000);
        assertThat(read.rows())
                .isEqualTo(all.stream().filter(row -> row.isWithin(part)).toList());
    }
}
