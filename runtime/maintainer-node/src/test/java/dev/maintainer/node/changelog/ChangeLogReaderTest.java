package dev.maintainer.node.changelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.TableId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
                    {"commitTs":11,"op":"D","schema":"s","table":"x","key":"k"}                    | unknown table s.x
                    {"commitTs":10,"op":"I","schema":"s","table":"t","key":"k","row":{}}           | commitTs of its creation
                    {"commitTs":11,"op":"I","schema":"s","table":"t","key":"k"}                    | needs "row"
                    {"commitTs":11,"op":"I","schema":"s","table":"t","key":"k","row":1}            | needs "row"
                    {"commitTs":11,"op":"X","schema":"s","table":"t","key":"k"}                    | unknown op 'X'
                    {"commitTs":11,"op":"D","schema":"s","table":"t"}                              | "key" must be a string
                    {"commitTs":11,"op":"D","schema":"s","table":"t","key":"\\ud800"}              | surrogate
                    {"commitTs":11,"ddl":"CREATE_TABLE","schema":"s","table":"t"}                  | exists already
                    {"commitTs":11,"ddl":"CREATE_TABLE","schema":"","table":"t"}                   | must not be empty
                    {"commitTs":11,"ddl":"DROP_TABLE","schema":"s","table":"x"}                    | drop of unknown table s.x
                    {"commitTs":11,"ddl":"DROP_SCHEMA","schema":"x"}                               | drop of unknown schema x
                    {"commitTs":11,"ddl":"TRUNCATE","schema":"s","table":"t"}                      | unknown ddl
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
    @DisplayName("a key twice in one transaction is refused, because the order is unknown")
    void refusesKeyTwice() {
        String row = "{\"commitTs\":11,\"op\":\"D\",\"schema\":\"s\",\"table\":\"t\",\"key\":\"k\"}\n";
        assertThatThrownBy(() -> read(CREATE + row + row))
                .hasMessageStartingWith("log:3: ")
                .hasMessageContaining("twice");
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
        assertThat(log.table(new TableId(2)).orElseThrow().firstAfter(13)).isZero();
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
