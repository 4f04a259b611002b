package dev.maintainer.connector.postgres.catalog;

import static dev.maintainer.connector.postgres.catalog.Images.column;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.wal.ReplicaIdentity;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Images are written and read. */
class TableImageTest {
    private static final String TEXT = "{\"postgresql\":1,\"columns\":["
            + "{\"number\":1,\"name\":\"id\",\"type\":\"bigint\",\"collation\":null,\"notNull\":true,\"default\":null,"
            + "\"identity\":\"a\",\"generated\":\"\"},"
            + "{\"number\":3,\"name\":\"a \\\"name\\\"\",\"type\":\"text\",\"collation\":\"pg_catalog.\\\"C\\\"\","
            + "\"notNull\":false,\"default\":\"'x'::text\",\"identity\":\"\",\"generated\":\"\"}],"
            + "\"key\":[\"id\"],\"replicaIdentity\":\"f\"}";
    private static final TableImage IMAGE = new TableImage(
            List.of(
                    new ColumnImage(
                            1, "id", "bigint", null, true, null, ColumnImage.Identity.ALWAYS, ColumnImage.Generated.NO),
                    new ColumnImage(
                            3,
                            "a \"name\"",
                            "text",
                            "pg_catalog.\"C\"",
                            false,
                            "'x'::text",
                            ColumnImage.Identity.NONE,
                            ColumnImage.Generated.NO)),
            List.of("id"),
            ReplicaIdentity.FULL);

    @Test
    @DisplayName("An image has one text, which reads back as the same image, also with its fields in another order")
    void oneText() {
        assertThat(IMAGE.json()).isEqualTo(TEXT);
        assertThat(TableImage.isImage(TEXT)).isTrue();
        assertThat(TableImage.parse(TEXT)).isEqualTo(IMAGE);
        assertThat(TableImage.parse(
                        TEXT.replace("{\"postgresql\":1,", "{").replace("\"f\"}", "\"f\", \"postgresql\": 1}")))
                .isEqualTo(IMAGE);
    }

    private static final String TYPES =
            "[{\"schema\":\"shop\",\"name\":\"mood\",\"labels\":[{\"number\":5,\"text\":\"sad\"},{\"number\":7,\"text\":\"it's\"}],"
                    + "\"base\":null,\"collation\":null},{\"schema\":\"shop\",\"name\":\"code\",\"labels\":[],"
                    + "\"base\":\"character varying(10)\",\"collation\":\"pg_catalog.\\\"C\\\"\"}]";

    @Test
    @DisplayName("It has the enums and domains that columns need, if the source tells them")
    void types() {
        TableImage image = new TableImage(
                IMAGE.columns(),
                IMAGE.key(),
                IMAGE.identity(),
                List.of(
                        new TypeImage(
                                "shop",
                                "mood",
                                List.of(new TypeImage.Label(5, "sad"), new TypeImage.Label(7, "it's")),
                                null,
                                null),
                        new TypeImage("shop", "code", List.of(), "character varying(10)", "pg_catalog.\"C\"")));
        String text =
                TEXT.replace(":1,\"columns\"", ":2,\"columns\"").replace("\"f\"}", "\"f\",\"types\":" + TYPES + "}");
        assertThat(image.json()).isEqualTo(text);
        assertThat(TableImage.parse(text)).isEqualTo(image);
        assertThat(TableImage.parse(TEXT.replace("\"f\"}", "\"f\",\"types\":null}")))
                .as("what a server says of a table without them")
                .isEqualTo(IMAGE);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "sad"               | 1                  | "text" must be a string
            "number":7          | "number":"7"       | must be an integer
            "number":7          | "number":5         | has a label twice
            {"number":5,        | {                  | expected an object of the fields
            "sad"               | "it's"             | has a label twice
            "base":null         | "base":"int"       | an enum or a domain
            "character varying(10)" | "int; drop table x" | of a type that is none
            "collation":"pg_    | "collation":"x; pg_ | of a type that is none
            "schema":"shop",    |                    | expected an object of the fields
            """)
    @DisplayName("Types that are none are refused")
    void badTypes(String from, @Nullable String to, String why) {
        String text = TEXT.replace(
                "\"f\"}", "\"f\",\"types\":" + TYPES.replaceFirst(Pattern.quote(from), to == null ? "" : to) + "}");
        assertThatThrownBy(() -> TableImage.parse(text))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT))
                .hasMessageContaining(why);
    }

    @ParameterizedTest(name = "{0} -> {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            "postgresql":1      | "postgresql":3     | version 3
            "number":1          | "number":0         | outside 1 to 1600
            "number":1          | "number":3         | column 3 comes behind column 3
            "number":1          | "number":"1"       | "number" must be an integer
            "name":"id"         | "name":""          | column 1 has no name
            "key":["id"]        | "key":["it"]       | one that the table has not
            "key":["id"]        | "key":["id","id"]  | has a column twice
            "key":["id"]        | "key":[1]          | "key" must be an array of strings
            "notNull":true      | "notNull":1        | "notNull" must be true or false
            "identity":"a"      | "identity":"b"     | not 'b'
            "default":null,     | "defaults":null,   | "default" is missing
            "replicaIdentity":  | "x":1,"replicaIdentity": | expected an object of the fields
            "bigint"            | "int); drop table x" | has a type that is none
            "bigint"            | "int, x text"      | has a type that is none
            "bigint"            | "int -- "          | has a type that is none
            "bigint"            | "int(1) from (x)"  | has a type that is none
            "collation":"pg_    | "collation":"x; pg_ | has a collation that is none
            "bigint"            | 5                  | "type" must be a string
            "collation":null    | "collation":null,"collation":null | Duplicate field
            """)
    @DisplayName("A text that is no image is refused, with the reason")
    void refused(String part, String other, String why) {
        assertThat(TEXT).contains(part);
        assertThatThrownBy(() -> TableImage.parse(TEXT.replace(part, other)))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT))
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "integer",
                "character varying(10)[]",
                "timestamp(3) with time zone[]",
                "interval day to second(3)",
                "numeric(10,-2)",
                "\"char\"",
                "shop.color",
                "\"Odd \"\"schema\".\"type; drop\"[]",
                "public.geometry(PointZ,4326)",
                "größe.maß"
            })
    @DisplayName("Whatever a server calls its types is one")
    void types(String type) {
        assertThat(TableImage.parse(Images.keyed(type).json())).isEqualTo(Images.keyed(type));
    }

    @Test
    @DisplayName("What is cut off anywhere, or is too long, is refused")
    void bounded() {
        for (int end = 0; end < TEXT.length(); end++) {
            String cut = TEXT.substring(0, end);
            assertThatThrownBy(() -> TableImage.parse(cut)).isInstanceOf(MaintainerException.class);
        }
        assertThatThrownBy(() -> TableImage.parse(TEXT.replace("'x'", "'" + "x".repeat(2_000_000) + "'")))
                .hasMessageContaining("more than 2000000");
    }

    @Test
    @DisplayName("Generated columns are not among those that are sent")
    void generated() {
        ColumnImage computed = new ColumnImage(
                2, "twice", "bigint", null, false, "(id * 2)", ColumnImage.Identity.NONE, ColumnImage.Generated.STORED);
        assertThat(Images.keyed("bigint", computed, column(4, "v", "text")).sent())
                .extracting(ColumnImage::name)
                .containsExactly("id", "v");
    }
}
