package dev.maintainer.connector.postgres.sink;

import static dev.maintainer.connector.postgres.sink.Shop.DISPATCHER;
import static dev.maintainer.connector.postgres.sink.Shop.WHOLE;
import static dev.maintainer.connector.postgres.sink.TypedShop.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.connector.postgres.catalog.CatalogQueries;
import dev.maintainer.connector.postgres.catalog.ColumnImage;
import dev.maintainer.connector.postgres.catalog.RowMapping;
import dev.maintainer.connector.postgres.catalog.SourceTable;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.connector.postgres.snapshot.SourceChecksums;
import dev.maintainer.replication.SinkContents;
import dev.maintainer.replication.TableChecksums;
import dev.maintainer.replication.TableChecksums.Checksum;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import dev.maintainer.replication.state.Row;
import dev.maintainer.replication.state.RowCursor;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Values of all types go from a table of the source into one of the sink, and are read back with the same text. */
class AllTypesTest {
    private static final String[] TYPES = {
        "create schema kinds",
        "create type kinds.mood as enum ('sad', 'so ''so''', 'happy')",
        "create domain kinds.posint as integer check (value > 0)",
        "create type kinds.pair as (a integer, b text)",
    };
    private static final String[] TABLE = {
        "create table kinds.t (id int primary key, c_bool boolean, c_int2 smallint, c_int8 bigint, c_num numeric,"
                + " c_num2 numeric(12,4), c_real real, c_double double precision, c_money money, c_text text,"
                + " c_varchar varchar(30), c_char char(8), c_name name, c_bytea bytea, c_date date, c_time time,"
                + " c_timetz timetz, c_ts timestamp, c_tstz timestamptz(3), c_interval interval, c_uuid uuid, c_json json,"
                + " c_jsonb jsonb, c_xml xml, c_inet inet, c_cidr cidr, c_macaddr macaddr, c_bit bit(5), c_varbit varbit,"
                + " c_point point, c_ints integer[], c_texts text[], c_matrix integer[][], c_range int4range,"
                + " c_tsmulti tsmultirange, c_tsvector tsvector, c_mood kinds.mood, c_moods kinds.mood[],"
                + " c_posint kinds.posint, c_pair kinds.pair, c_pairs kinds.pair[], c_path jsonpath, c_lsn pg_lsn,"
                + " c_char1 \"char\", c_quoted text collate \"C\", \"Na\"\"me, odd\" text,"
                + " c_twice int generated always as (id * 2) stored)",
        "create publication p for table kinds.t",
        "insert into kinds.t values (1, true, -32768, 9223372036854775807, 'NaN', 1.5, 'NaN', '-Infinity', 12.34,"
                + " E'quote\\'s \"and\" \\\\ and \\t\\n\\x01\\x7f', 'väröß 漢 😀', 'ab', 'a name', '\\x00ff00',"
                + " '4713-01-01 BC', '24:00:00', '24:00:00+15:59', '294276-12-31 23:59:59.999999', '2020-06-01 12:00:00.1234+05',"
                + " '1 year 2 mons -3 days 04:05:06.789', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',"
                + " '{\"a\": 1.10,  \"a\": [null]}', '{\"b\": 1.10, \"a\": \"\\u00e4\"}', '<a b=\"1\">x &amp; y</a>',"
                + " '10.0.0.1', '10.0.0.0/8', '08:00:2b:01:02:03', B'10101', B'1', '(1.5,-0)',"
                + " '{1,NULL,3}', '{\"a,b\",\"NULL\",NULL,\"\",\"\\\"q\\\\\\\\\"}', '{{1,2},{3,4}}', '[1,10)',"
                + " '{[2020-01-01,2020-02-01),[2021-01-01,)}', 'a:1A fat:2B,4C cat:5D', 'so ''so''',"
                + " '{sad,\"so ''so''\"}', 7, '(1,\"x, (y)\")', array[row(1,null)::kinds.pair, row(null,'')::kinds.pair],"
                + " '$.a[*] ? (@ > 1)', '16/B374D848', 'x', '', 'odd')",
        "insert into kinds.t (id) values (2)",
        "insert into kinds.t (id, c_bool, c_num, c_real, c_double, c_date, c_ts, c_tstz, c_interval, c_pair, c_ints, c_range,"
                + " c_char, c_text, c_time, c_matrix) values (3, false, '-Infinity', 1.1, 0.1::float8 + 0.2, 'infinity',"
                + " '-infinity', '0044-03-15 12:00:00+00 BC', '-00:00:01', row(null,null), '{}', 'empty', '', 'NULL',"
                + " '00:00:00.000001', '[2:3][0:1]={{1,2},{3,4}}')",
    };

    /** So many that they are copied. */
    private static final String MANY = """
            do $$ declare columns text; begin
              select string_agg(quote_ident(attname), ', ') into columns from pg_attribute
                where attrelid = 'kinds.t'::regclass and attnum > 1 and attgenerated = '' and not attisdropped;
              execute format('insert into kinds.t (id, %1$s) select id + 3 * more, %1$s from kinds.t,'
                || ' generate_series(1, 200) as g (more)', columns);
            end $$""";

    @ParameterizedTest(name = "by COPY: {0}")
    @ValueSource(booleans = {false, true})
    @DisplayName(
            "NaN, infinities, years before Christ, doubled keys of JSON, arrays of arrays, composites: all are as they were")
    void allTypes(boolean isMany) throws Exception {
        PostgresServer server = PostgresServer.shared();
        String source = server.newDatabase();
        server.execute(source, TYPES);
        server.execute(source, TABLE);
        if (isMany) {
            server.execute(source, MANY);
        }
        try (Connection connection = server.connect(source)) {
            SourceTable table =
                    CatalogQueries.tables(connection, "p", any -> false).get(0);
            List<RowEvent> events = events(connection, table);
            try (Shop shop = new Shop()) {
                shop.sql(TYPES);
                Shop.SinkProcess owner = shop.process();
                owner.own(1);
                shop.execute(
                        owner,
                        DdlEvent.createTable(10, 0, Shop.TABLE, table.image().json()));
                write(owner.open(WHOLE, DISPATCHER), events.toArray(RowEvent[]::new));
                // The driver reads otherwise from the sixth time on, unless it is told not to.
                for (int times = 0; times < 7; times++) {
                    assertThat(read(owner))
                            .containsExactlyInAnyOrderElementsOf(
                                    events.stream().map(RowEvent::row).toList());
                }
                // Again: what is there is found to be the same, so nothing is written.
                write(owner.open(WHOLE, DISPATCHER), events.toArray(RowEvent[]::new));
                assertThat(owner.sink.rowsAppliedAgain()).isEqualTo(events.size());
                sumUp(server, source, table, shop);
                assertThat(shop.query("select c_twice::text from shop.orders order by id limit 3"))
                        .containsExactly("2", "4", "6");
            }
        }
    }

    /** Both databases have the same sums; of a row that is another one, only the bucket has to be read. */
    private static void sumUp(PostgresServer server, String source, SourceTable table, Shop shop) {
        TableChecksums wanted = new SourceChecksums(
                properties -> {
                    Properties all = new Properties();
                    all.putAll(properties);
                    return server.connect(source, all);
                },
                table);
        try (SinkContents contents = shop.contents()) {
            TableChecksums found = contents.checksums(Shop.NAME).orElseThrow();
            assertThat(found.form()).isEqualTo(wanted.form());
            SortedMap<Integer, Checksum> sums = wanted.compute();
            assertThat(found.compute()).isEqualTo(sums);
            assertThat(sums.values().stream().mapToLong(Checksum::rows).sum())
                    .isEqualTo(Long.parseLong(
                            shop.query("select count(*) from shop.orders").get(0)));

            shop.sql("update shop.orders set c_text = '' where id = 2");
            SortedMap<Integer, Checksum> others = found.compute();
            SortedSet<Integer> differing = new TreeSet<>(sums.keySet());
            differing.removeIf(bucket -> Objects.equals(sums.get(bucket), others.get(bucket)));
            assertThat(differing).hasSize(1);
            try (RowCursor here = wanted.rows(differing);
                    RowCursor there = found.rows(differing)) {
                Row expected = here.next();
                Row actual = there.next();
                while (expected != null && actual != null && !expected.key().equals("[\"2\"]")) {
                    assertThat(actual).isEqualTo(expected);
                    expected = here.next();
                    actual = there.next();
                }
                assertThat(expected)
                        .isNotNull()
                        .extracting(Row::json)
                        .asString()
                        .contains("\"c_text\":null");
                assertThat(actual).isNotNull().extracting(Row::json).asString().contains("\"c_text\":\"\"");
            }
            shop.sql("update shop.orders set c_text = null where id = 2");
        }
    }

    private static List<RowEvent> events(Connection connection, SourceTable table) throws SQLException {
        List<String> columns =
                table.image().sent().stream().map(ColumnImage::name).toList();
        RowMapping mapping = RowMapping.of(Shop.ORDERS, table.image(), columns);
        List<RowEvent> events = new ArrayList<>();
        try (Statement statement = connection.createStatement()) {
            statement.execute("set datestyle = 'ISO'; set intervalstyle = postgres; set timezone = 'UTC';"
                    + " set extra_float_digits = 3; set bytea_output = hex");
            try (ResultSet result = statement.executeQuery("select * from kinds.t order by id")) {
                while (result.next()) {
                    List<String> texts = new ArrayList<>();
                    for (int i = 1; i <= columns.size(); i++) {
                        texts.add(result.getString(i));
                    }
                    events.add(mapping.row(11, texts));
                }
            }
        }
        return events;
    }

    private static List<String> read(Shop.SinkProcess owner) {
        List<String> rows = new ArrayList<>();
        try (RowCursor cursor = owner.sink.rows(Shop.NAME)) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                rows.add(row.json());
            }
        }
        return rows;
    }
}
