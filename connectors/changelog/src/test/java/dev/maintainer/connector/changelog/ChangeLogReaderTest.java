package dev.maintainer.connector.changelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.text.Utf8Order;
import dev.maintainer.replication.event.RowEvent;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeLogReaderTest {
    private static final String CREATE =
            "{\"commitTs\":10,\"ddl\":\"CREATE_TABLE\",\"schema\":\"s\",\"table\":\"t\"}\n";

    private static ChangeLog read(String text) {
        return read(text.getBytes(StandardCharsets.UTF_8));
    }

    private static ChangeLog read(byte[] bytes) {
        return ChangeLogReader.read("log", new ByteArrayInputStream(bytes));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
                    {"commitTs":11                                                                 | malformed JSON
                    [1]                                                                            | malformed JSON
                    {"commitTs":11,"op":"I"} {}                                                    | malformed JSON
                    {"commitTs":11,"commitTs":12,"op":"I"}                                         | malformed JSON
                    {"commitTs":11}                                                                | either "ddl" or "op"
                    {"commitTs":9,"op":"D","schema":"s","table":"t","key":"k"}                     | lower than the one before
                    {"commitTs":"11","op":"D","schema":"s","table":"t","key":"k"}                  | must be an integer
                    {"commitTs":11.5,"op":"D","schema":"s","table":"t","key":"k"}                  | must be an integer
                    {"commitTs":99999999999999999999,"op":"D","schema":"s","table":"t","key":"k"}  | must be an integer
                    {"commitTs":1,"op":"D","schema":"s","table":"t","key":"k"}                     | from 2 to 9223372036854775806
                    {"commitTs":9223372036854775807,"op":"D","schema":"s","table":"t","key":"k"}   | from 2 to 9223372036854775806
                    {"commitTs":11,"op":"D","schema":"s","table":"x","key":"k"}                    | unknown table s.x
                    {"commitTs":10,"op":"I","schema":"s","table":"t","key":"k","row":{}}           | commitTs of its creation
                    {"commitTs":11,"op":"I","schema":"s","table":"t","key":"k"}                    | needs "row"
                    {"commitTs":11,"op":"I","schema":"s","table":"t","key":"k","row":1}            | needs "row"
                    {"commitTs":11,"op":"X","schema":"s","table":"t","key":"k"}                    | unknown op 'X'
                    {"commitTs":11,"op":"D","schema":"s","table":"t"}                              | "key" is missing
                    {"commitTs":11,"op":"D","schema":"s","table":"t","key":"\\ud800"}              | surrogate
                    {"commitTs":11,"ddl":"CREATE_TABLE","schema":"s","table":"t"}                  | exists already
                    {"commitTs":11,"ddl":"CREATE_TABLE","schema":"","table":"t"}                   | must not be empty
                    {"commitTs":11,"ddl":"DROP_TABLE","schema":"s","table":"x"}                    | drop of unknown table s.x
                    {"commitTs":11,"ddl":"TRUNCATE_TABLE","schema":"s","table":"x"}                | truncation of unknown table s.x
                    {"commitTs":11,"ddl":"RENAME_TABLE","schema":"s","table":"x","toTable":"y"}    | renaming of unknown table s.x
                    {"commitTs":11,"ddl":"RENAME_TABLE","schema":"s","table":"t","toTable":"t"}    | table s.t exists already
                    {"commitTs":11,"ddl":"RENAME_TABLE","schema":"s","table":"t"}                  | "toTable" is missing
                    {"commitTs":11,"ddl":"RENAME_TABLE","schema":"s","table":"t","toTable":""}     | must not be empty
                    {"commitTs":11,"ddl":"RENAME_TABLE","schema":"s","table":"t","toSchema":"","toTable":"y"} | must not be empty
                    {"commitTs":11,"ddl":"ALTER_TABLE","schema":"s","table":"x","definition":"d"}  | change of unknown table s.x
                    {"commitTs":11,"ddl":"ALTER_TABLE","schema":"s","table":"t"}                   | "definition" is missing
                    {"commitTs":11,"ddl":"ALTER_TABLE","schema":"s","table":"t","definition":""}   | must not be empty
                    {"commitTs":11,"ddl":"CREATE_TABLE","schema":"s","table":"u","definition":1}   | "definition" must be a string
                    {"commitTs":11,"ddl":"DROP_SCHEMA","schema":"x"}                               | drop of unknown schema x
                    {"commitTs":11,"ddl":"TRUNCATE","schema":"s","table":"t"}                      | RENAME_TABLE, ALTER_TABLE, DROP_SCHEMA
                    """)
    @DisplayName("what breaks the format or the order is refused with file and line")
    void refusesBadLines(String line, String reason) {
        assertThatThrownBy(() -> read(CREATE + line + "\n"))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_INPUT))
                .hasMessageStartingWith("log:2: ")
                .hasMessageContaining(reason);
    }

    @Test
    @DisplayName("a definition may have 64 KiB in UTF-8, and not more; the refusal does not repeat it")
    void longDefinition() {
        String alter =
                "{\"commitTs\":11,\"ddl\":\"ALTER_TABLE\",\"schema\":\"s\",\"table\":\"t\",\"definition\":\"%s\"}";
        assertThat(read(CREATE + String.format(alter, "\u00e9".repeat(1 << 15))).size())
                .isEqualTo(2);
        assertThatThrownBy(() -> read(CREATE + String.format(alter, "\u00e9".repeat(1 << 15) + "a")))
                .hasMessage("log:2: a definition of 65537 bytes; it must have from 1 to 65536 in UTF-8");
    }

    @Test
    @DisplayName(
            "of a key that changes twice in one transaction the last change counts, as keys are renamed in a chain")
    void keyTwice() {
        ChangeLog log = read(CREATE + """
                {"commitTs":11,"op":"I","schema":"s","table":"t","key":"1","row":{"v":1}}
                {"commitTs":11,"op":"I","schema":"s","table":"t","key":"2","row":{"v":2}}
                {"commitTs":12,"op":"D","schema":"s","table":"t","key":"1"}
                {"commitTs":12,"op":"I","schema":"s","table":"t","key":"1","row":{"v":3}}
                {"commitTs":12,"op":"U","schema":"s","table":"t","key":"2","row":{"v":4}}
                {"commitTs":12,"op":"D","schema":"s","table":"t","key":"2"}
                """);

        assertThat(log.finalState().get(new TableName("s", "t"))).containsExactly(Map.entry("1", "{\"v\":3}"));
        assertThat(log.size()).isEqualTo(7);
        assertThat(log.rowEvents()).isEqualTo(4);
    }

    @Test
    @DisplayName("rows keep the text of their numbers, and the order of their fields")
    void numbersKeepTheirText() {
        String row = "{\"z\":[1.10,100.00,0.000,-0.0,1E5,1e-07,9007199254740993,0.1000],\"a\":{\"n\":null,\"t\":true}}";
        ChangeLog log =
                read(CREATE + "{\"commitTs\":11,\"op\":\"I\",\"schema\":\"s\",\"table\":\"t\",\"key\":\"k\",\"row\": "
                        + row.replace(":", " : ") + "}\n");

        assertThat(log.finalState().get(new TableName("s", "t"))).containsEntry("k", row);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\\ud83db", "\\ud83d", "a\\ude00", "\\ude00\\ud83d"})
    @DisplayName("half a surrogate pair in a row is refused at its line, in values and in names, however deep")
    void surrogates(String half) {
        for (String row :
                List.of("{\"v\":\"" + half + "\"}", "{\"" + half + "\":1}", "{\"v\":[{\"w\":\"" + half + "\"}]}")) {
            String event = "{\"commitTs\":11,\"op\":\"I\",\"schema\":\"s\",\"table\":\"t\",\"key\":\"k\",\"row\":";
            assertThatThrownBy(() -> read(CREATE + event + row + "}\n" + CREATE))
                    .hasMessageStartingWith("log:2: ")
                    .hasMessageContaining("surrogate");
        }
    }

    @Test
    @DisplayName("a byte that is not UTF-8 is reported for its own line, not for the one where the buffer ended")
    void notUtf8() {
        StringBuilder text = new StringBuilder(CREATE);
        for (int line = 2; line <= 100; line++) {
            text.append(String.format(
                    "{\"commitTs\":11,\"op\":\"I\",\"schema\":\"s\",\"table\":\"t\",\"key\":\"%d\",\"row\":{\"v\":\"%s\"}}%n",
                    line, line == 90 ? "M\u00fcller" : "Miller"));
        }

        assertThatThrownBy(() -> read(text.toString().getBytes(StandardCharsets.ISO_8859_1)))
                .hasMessageStartingWith("log:90: not UTF-8");
    }

    @Test
    @DisplayName("damage behind the first member of a gzip file is no end of the log")
    void damagedGzip() throws IOException {
        byte[] first = gzip(CREATE);
        byte[] second = gzip(CREATE.replace("10", "11").replace("\"t\"", "\"u\""));
        assertThat(read(concat(first, second)).size()).isEqualTo(2);

        byte[] badHeader = second.clone();
        badHeader[0] = 0;
        byte[] badSum = second.clone();
        badSum[badSum.length - 6] ^= 1;
        for (byte[] rest : List.of(badHeader, Arrays.copyOf(second, 5), "garbage".getBytes(StandardCharsets.UTF_8))) {
            assertThatThrownBy(() -> read(concat(first, rest)))
                    .isInstanceOf(MaintainerException.class)
                    .hasMessageStartingWith("log: cannot be read after line 1: ");
        }
        for (byte[] rest : List.of(badSum, Arrays.copyOf(second, second.length - 1))) {
            assertThatThrownBy(() -> read(concat(first, rest)))
                    .isInstanceOf(MaintainerException.class)
                    .hasMessageStartingWith("log: cannot be read after line 2: ");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 700, 5_000})
    @DisplayName("damage at the end of a gzip file is behind the last line, all of which can be read")
    void damagedTrailer(int lines) throws IOException {
        StringBuilder text = new StringBuilder(CREATE);
        for (int line = 2; line <= lines; line++) {
            text.append("{\"commitTs\":")
                    .append(line + 10)
                    .append(",\"op\":\"D\",\"schema\":\"s\",\"table\":\"t\",\"key\":\"k\"}\n");
        }
        byte[] whole = gzip(text.toString());
        byte[] badSum = whole.clone();
        badSum[badSum.length - 6] ^= 1;
        byte[] garbage = concat(whole, "garbage".getBytes(StandardCharsets.UTF_8));
        for (byte[] damaged : List.of(badSum, garbage, Arrays.copyOf(whole, whole.length - 1))) {
            assertThatThrownBy(() -> read(damaged))
                    .isInstanceOf(MaintainerException.class)
                    .hasMessageStartingWith("log: cannot be read after line " + lines + ": ");
        }
        assertThat(read(whole).size()).isEqualTo(lines);
    }

    @Test
    @DisplayName("a line that is too long is told by its own number")
    void tooLong() {
        InputStream endless = new SequenceInputStream(
                new ByteArrayInputStream(CREATE.getBytes(StandardCharsets.UTF_8)), new Repeated(Long.MAX_VALUE));
        assertThatThrownBy(() -> ChangeLogReader.read("log", endless))
                .isInstanceOf(MaintainerException.class)
                .hasMessageStartingWith("log:2: the line is longer than 64 MiB");
    }

    @Test
    @DisplayName(
            "Lines may end as on Windows and be longer than any buffer; blank lines and byte order marks are refused")
    void lines() {
        String large = "x".repeat(200_000);
        String row = "{\"commitTs\":11,\"op\":\"I\",\"schema\":\"s\",\"table\":\"t\",\"key\":\"k\",\"row\":{\"v\":\""
                + large + "\"}}";

        assertThat(read(CREATE.replace("\n", "\r\n") + row).finalState().get(new TableName("s", "t")))
                .hasEntrySatisfying("k", kept -> assertThat(kept).contains(large));
        assertThatThrownBy(() -> read(CREATE + "\n" + row)).hasMessageStartingWith("log:2: a blank line");
        assertThatThrownBy(() -> read(CREATE + " \t \n" + row)).hasMessageStartingWith("log:2: a blank line");
        assertThatThrownBy(() -> read(CREATE + "\u001f\n" + row)).hasMessageStartingWith("log:2: malformed JSON");
        assertThatThrownBy(() -> read(CREATE + "\u2003\n" + row)).hasMessageStartingWith("log:2: malformed JSON");
        assertThatThrownBy(() -> read("\ufeff" + CREATE))
                .hasMessageStartingWith("log:1: begins with a byte order mark");
    }

    private static byte[] concat(byte[] first, byte[] second) {
        byte[] both = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, both, first.length, second.length);
        return both;
    }

    @Test
    @DisplayName("an empty log, a missing file, bad UTF-8 and a torn gzip file are refused")
    void refusesUnreadable() throws IOException {
        assertThatThrownBy(() -> read("")).hasMessageContaining("log:1: the change log is empty");
        assertThatThrownBy(() -> ChangeLogReader.read(Path.of("/nowhere/log.ndjson")))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("/nowhere/log.ndjson");
        assertThatThrownBy(() -> read(new byte[] {'{', (byte) 0xc3, '}', '\n'})).hasMessageContaining("log:1: ");
        byte[] zipped = gzip(CREATE);
        assertThat(read(zipped).size()).isEqualTo(1);
        assertThatThrownBy(() -> read(Arrays.copyOf(zipped, zipped.length - 10)))
                .isInstanceOf(MaintainerException.class)
                .hasMessageContaining("log:");
    }

    @Test
    @DisplayName("a table that is created again is another table, and starts empty")
    void recreatedTable() {
        ChangeLog log = read(CREATE + """
                {"commitTs":11,"op":"I","schema":"s","table":"t","key":"a","row":{"v":1.50}}
                {"commitTs":12,"ddl":"DROP_SCHEMA","schema":"s"}
                {"commitTs":13,"ddl":"CREATE_TABLE","schema":"s","table":"t"}
                {"commitTs":14,"op":"I","schema":"s","table":"t","key":"b","row":{"v":2}}
                """);
        assertThat(log.tablesAt(11).tables()).extracting(t -> t.table().value()).containsExactly(1L);
        assertThat(log.tablesAt(12).tables()).isEmpty();
        assertThat(log.tablesAt(13).tables()).extracting(t -> t.table().value()).containsExactly(2L);
        assertThat(log.tablesAt(13).tables().get(0).schema().value()).isEqualTo(1);
        assertThat(log.finalState().get(new TableName("s", "t"))).containsOnlyKeys("b");
        assertThat(log.table(new TableId(2)).orElseThrow().rows().all())
                .extracting(RowEvent::key)
                .containsExactly("b");
        assertThat(log.startTs()).isEqualTo(9);
        assertThat(log.endTs()).isEqualTo(14);
        assertThat(log.positionAfter(12)).isEqualTo(3);
    }

    @Test
    @DisplayName("keys are in byte order, which is not the order of Java strings")
    void byteOrder() {
        assertThat(Utf8Order.INSTANCE.compare("\uffee", "\ud83d\ude00")).isNegative();
        assertThat("\uffee".compareTo("\ud83d\ude00")).isPositive();
        assertThat(Utf8Order.INSTANCE.compare("a", "ab")).isNegative();
        assertThat(Utf8Order.INSTANCE.compare("é", "z")).isPositive();
    }

    private static byte[] gzip(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }
}
