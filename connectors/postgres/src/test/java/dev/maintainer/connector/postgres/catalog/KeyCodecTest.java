package dev.maintainer.connector.postgres.catalog;

import static dev.maintainer.connector.postgres.catalog.Images.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.SpanBound;
import dev.maintainer.connector.postgres.server.PostgresServer;
import dev.maintainer.connector.postgres.wal.ReplicaIdentity;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The order of keys as bytes is that of the server. */
class KeyCodecTest {
    private static final int RANDOM_VALUES = 300;
    private static final String LETTERS = "\u0001 !aAbzZ\u007fäß€\u8a9e\ud83d\ude00";

    static Stream<Arguments> types() {
        Function<Random, String> time =
                random -> "'epoch'::timestamp + " + random.nextLong(-200_000_000_000L, 9_000_000_000_000L)
                        + " * interval '1 second' + " + random.nextInt(1_000_000) + " * interval '1 us'";
        return Stream.of(
                of("smallint", random -> text((short) random.nextInt()), "-32768", "32767", "0", "-1"),
                of("integer", random -> text(random.nextInt() >> random.nextInt(32)), "-2147483648", "2147483647", "0"),
                of("bigint", random -> text(random.nextLong() >> random.nextInt(64)), "-9223372036854775808", "0"),
                of("uuid", random -> text(new UUID(random.nextLong(), random.nextLong()))),
                of("boolean", random -> text(random.nextBoolean())),
                of(
                        "date",
                        random -> "'2000-01-01'::date + " + random.nextInt(-2_400_000, 100_000_000),
                        "4713-01-01 BC",
                        "0001-12-31 BC",
                        "0001-01-01",
                        "5874897-12-31",
                        "infinity",
                        "-infinity"),
                of(
                        "timestamp without time zone",
                        time,
                        "4713-01-01 BC",
                        "294276-12-31 23:59:59.999999",
                        "1969-12-31 23:59:59.9",
                        "infinity",
                        "-infinity"),
                of("timestamp(3) with time zone", time, "4713-01-02 BC", "294276-12-31 23:59:59+00", "infinity"),
                of("bytea", random -> "'\\x" + bytes(random) + "'", "\\x", "\\x00", "\\x0000", "\\x00ff", "\\xff"),
                of("text", random -> quoted(letters(random)), "", "a", "ab", "a\u0001"),
                of("character varying(20)", random -> quoted(letters(random)), "", "b"),
                of("character(20)", random -> quoted(letters(random)), "", "a ", "a\t", "a"));
    }

    private static Arguments of(String type, Function<Random, String> expression, String... others) {
        return Arguments.of(type, expression, List.of(others));
    }

    private static String text(Object value) {
        return quoted(value.toString());
    }

    /** The bytes of a key whose columns are the first ones of a row. */
    private static SpanBound order(KeyCodec codec, List<String> key) {
        RowValues.Builder row = new RowValues.Builder(key.size());
        int[] places = IntStream.range(0, key.size()).toArray();
        for (int place : places) {
            row.set(place, key.get(place));
        }
        return codec.order(row.build(), places);
    }

    private static String quoted(String text) {
        return "'" + text + "'";
    }

    private static String letters(Random random) {
        StringBuilder text = new StringBuilder();
        int[] letters = LETTERS.codePoints().toArray();
        for (int i = random.nextInt(5); i > 0; i--) {
            text.appendCodePoint(letters[random.nextInt(letters.length)]);
        }
        return text.toString();
    }

    private static String bytes(Random random) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(4); i > 0; i--) {
            text.append(List.of("00", "01", "7f", "80", "fe", "ff").get(random.nextInt(6)));
        }
        return text.toString();
    }

    private static TableImage keyed(String type) {
        return new TableImage(
                List.of(column(1, "a", type), column(2, "b", "integer"), column(3, "c", type)),
                List.of("a", "b", "c"),
                ReplicaIdentity.DEFAULT);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("types")
    @DisplayName("Keys of three columns have the order of the server, with texts ordered by their bytes")
    void orderOfTheServer(String type, Function<Random, String> expression, List<String> others) throws SQLException {
        Random random = new Random(7);
        String collate = type.startsWith("char") || type.equals("text") ? " collate \"C\"" : "";
        KeyCodec codec = KeyCodec.of(keyed(type));
        List<List<String>> keys = new ArrayList<>();
        List<Integer> ranks = new ArrayList<>();
        try (Connection connection = PostgresServer.shared().connect("postgres")) {
            pin(connection, "create temporary table keys (a " + type + ", b integer, c " + type + ")");
            try (Statement insert = connection.createStatement()) {
                for (int i = 0; i < RANDOM_VALUES; i++) {
                    insert.addBatch("insert into keys values (" + expression.apply(random) + ", "
                            + (random.nextInt(3) - 1) + ", " + expression.apply(random) + ")");
                }
                insert.executeBatch();
            }
            try (PreparedStatement insert = connection.prepareStatement("insert into keys select x.v::" + type
                    + ", 0, y.v::" + type + " from unnest(?::text[]) x(v), unnest(?::text[]) y(v)")) {
                insert.setArray(1, connection.createArrayOf("text", others.toArray()));
                insert.setArray(2, connection.createArrayOf("text", others.toArray()));
                insert.executeUpdate();
            }
            try (Statement select = connection.createStatement();
                    ResultSet result = select.executeQuery("select a, b, c, dense_rank() over (order by a" + collate
                            + ", b, c" + collate + ") from keys order by 4")) {
                while (result.next()) {
                    keys.add(List.of(result.getString(1), result.getString(2), result.getString(3)));
                    ranks.add(result.getInt(4));
                }
            }
        }
        for (int i = 1; i < keys.size(); i++) {
            SpanBound before = order(codec, keys.get(i - 1));
            SpanBound here = order(codec, keys.get(i));
            assertThat(Integer.signum(before.compareTo(here)))
                    .as("%s and %s", keys.get(i - 1), keys.get(i))
                    .isEqualTo(Integer.signum(ranks.get(i - 1) - ranks.get(i)));
        }
    }

    private static void pin(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("set timezone = 'UTC'");
            statement.execute("set datestyle = 'ISO'");
            statement.execute(sql);
        }
    }

    @Test
    @DisplayName(
            "The encoding of a text is no beginning of that of another one, so the next column does not count before it")
    void terminated() {
        KeyCodec codec = KeyCodec.of(keyed("bytea"));
        SpanBound shorter = order(codec, List.of("\\x61", "2147483647", "\\xff"));
        SpanBound longer = order(codec, List.of("\\x6100", "-2147483648", "\\x"));
        assertThat(shorter).isLessThan(longer);
        assertThat(shorter.bytes()).hasSizeGreaterThan(longer.bytes().length - 2);
        assertThat(Arrays.equals(shorter.bytes(), longer.bytes())).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"numeric", "double precision", "inet", "integer[]", "shop.color", "interval"})
    @DisplayName("Keys of other types have no such order, and neither have those of a collation that somebody has made")
    void unordered(String type) {
        assertThat(KeyCodec.of(keyed(type)).isOrdered()).isFalse();
        ColumnImage relaxed = new ColumnImage(
                1,
                "id",
                "text",
                "public.ignoring_case",
                true,
                null,
                ColumnImage.Identity.NONE,
                ColumnImage.Generated.NO);
        TableImage image = new TableImage(List.of(relaxed), List.of("id"), ReplicaIdentity.DEFAULT);
        assertThat(KeyCodec.of(image).isOrdered()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"12x", "", "99999999999", "1.0"})
    @DisplayName("A value that is not of its type is refused, and not told")
    void wrongValue(String value) {
        KeyCodec codec = KeyCodec.of(Images.keyed("integer"));
        assertThatThrownBy(() -> order(codec, List.of(value)))
                .isInstanceOfSatisfying(MaintainerException.class, e -> {
                    assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT);
                    assertThat(e.getCause()).isNull();
                })
                .hasMessageContaining("INTEGER");
    }
}
