package dev.maintainer.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerifyCommandTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final StringWriter printed = new StringWriter();

    private int verify(String expected) throws IOException {
        Path file = temporary.resolve("expected.tsv");
        Files.writeString(file, expected);
        return execute("verify", "--sink", temporary.resolve("sink").toString(), "--expected", file.toString());
    }

    private int execute(String... arguments) {
        return Console.execute(printed, arguments);
    }

    private void table(String path, String content) throws IOException {
        Path file = temporary.resolve("sink/tables").resolve(path).normalize();
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }

    @Test
    @DisplayName("an equal sink gives 0 and a count")
    void equal() throws IOException {
        table("s/t.ndjson", "{\"key\":\"a/b\",\"row\":{\"blob\":\"1\",\"mode\":\"2\"}}\n");
        table("s/empty.ndjson", "");
        assertThat(verify("s\tt\ta/b\t1\t2\n")).isZero();
        assertThat(printed.toString()).contains("1 rows, all as expected");
    }

    @Test
    @DisplayName("a missing, a changed and an unexpected row give 1 and are shown")
    void different() throws IOException {
        table("s/t.ndjson", """
                {"key":"a","row":{"blob":"1","mode":"2"}}
                {"key":"x","row":{"blob":"1","mode":"2"}}
                """);
        assertThat(verify("s\tt\ta\t9\t2\ns\tt\tb\t1\t2\n")).isEqualTo(1);
        assertThat(printed.toString())
                .contains("3 differences")
                .contains("s.t 'a': expected")
                .contains("s.t 'b'")
                .contains("missing")
                .contains("s.t 'x': not expected");
    }

    private Path log() throws IOException {
        return Files.writeString(temporary.resolve("log.ndjson"), """
                {"commitTs":10,"ddl":"CREATE_TABLE","schema":"s","table":"t"}
                {"commitTs":10,"ddl":"CREATE_TABLE","schema":"s","table":"u"}
                {"commitTs":11,"op":"I","schema":"s","table":"t","key":"a","row":{"v":1}}
                {"commitTs":12,"op":"U","schema":"s","table":"t","key":"a","row":{"v":2}}
                {"commitTs":13,"ddl":"DROP_TABLE","schema":"s","table":"u"}
                """);
    }

    private int verifyWithLog(String... more) throws IOException {
        List<String> arguments = new ArrayList<>(List.of(
                "verify",
                "--changelog",
                log().toString(),
                "--sink",
                temporary.resolve("sink").toString()));
        arguments.addAll(List.of(more));
        return execute(arguments.toArray(String[]::new));
    }

    /** Of table s.t; s.u is empty. */
    private void snapshot(long ts, String index, String rows) throws IOException {
        String tables = "../snapshots/" + ts + "/tables/";
        table(tables + "INDEX.ndjson", index);
        table(tables + "s/t.ndjson", rows);
        table(tables + "s/u.ndjson", "");
    }

    private static String indexed(String table, int rows) {
        return "{\"schema\":\"s\",\"table\":\"" + table + "\",\"file\":\"s/" + table + ".ndjson\",\"rows\":" + rows
                + "}\n";
    }

    @Test
    @DisplayName("snapshots that are the state of the log at their time give 0 and their number")
    void rightSnapshots() throws IOException {
        snapshot(11, indexed("t", 1) + indexed("u", 0), "{\"key\":\"a\",\"row\":{\"v\":1}}\n");
        snapshot(12, indexed("t", 1) + indexed("u", 0), "{\"key\":\"a\",\"row\":{\"v\":2}}\n");
        snapshot(13, indexed("t", 1), "{\"key\":\"a\",\"row\":{\"v\":2}}\n");

        assertThat(verifyWithLog("--snapshots")).as(printed.toString()).isZero();
        assertThat(printed.toString()).contains("3 snapshots with 3 rows, each as the log says");
    }

    @Test
    @DisplayName("each snapshot that is another state gives 1 and its first difference: table, key and rows")
    void wrongSnapshots() throws IOException {
        snapshot(11, indexed("t", 1) + indexed("u", 0), "{\"key\":\"a\",\"row\":{\"v\":2}}\n");
        snapshot(12, indexed("t", 1) + indexed("u", 0), "{\"key\":\"a\",\"row\":{\"v\":2}}\n");
        snapshot(
                13,
                indexed("t", 1) + indexed("u", 0),
                "{\"key\":\"b\",\"row\":{\"v\":\"" + "x".repeat(100_000) + "\"}}\n");

        assertThat(verifyWithLog("--snapshots")).isEqualTo(1);
        assertThat(printed.toString())
                .contains("snapshot 11: s.t 'a': expected {\"v\":1}, found {\"v\":2}" + System.lineSeparator())
                .doesNotContain("snapshot 12")
                .contains("snapshot 13: s.t 'a': expected {\"v\":2}, missing (and 2 more)")
                .contains("2 of 3 snapshots are not the state of the log at their time");
        snapshot(
                11,
                indexed("t", 2) + indexed("u", 0),
                "{\"key\":\"a\",\"row\":{\"v\":1}}\n{\"key\":\"b\",\"row\":{\"v\":\"" + "x".repeat(100_000) + "\"}}\n");
        assertThat(verifyWithLog("--snapshots")).isEqualTo(1);
        assertThat(printed.toString())
                .contains("snapshot 11: s.t 'b': not expected, found {\"v\":\"xxx")
                .contains("... (100008 characters)")
                .hasSizeLessThan(5_000);
    }

    @Test
    @DisplayName("a snapshot that is damaged is told, and does not keep the others from being looked at")
    void damagedSnapshots() throws IOException {
        snapshot(10, indexed("t", 0) + "{\"schema\":\"s\",\"tab", "");
        snapshot(11, indexed("t", 1) + indexed("u", 0), "");
        snapshot(12, indexed("t", 1) + indexed("u", 0), "{\"key\":\"a\",\"row\":{\"v");
        snapshot(13, indexed("t", 1) + indexed("x", 1), "{\"key\":\"a\",\"row\":{\"v\":2}}\n");
        Files.createDirectories(temporary.resolve("sink/snapshots/14"));
        snapshot(15, indexed("t", 1), "{\"key\":\"a\",\"row\":{\"v\":3}}\n");

        assertThat(verifyWithLog("--snapshots")).isEqualTo(1);
        assertThat(printed.toString().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("snapshot 10: ").contains("INDEX.ndjson:2: "),
                        line -> assertThat(line)
                                .startsWith("snapshot 11: ")
                                .contains("t.ndjson has 0 rows, and 1 were written"),
                        line -> assertThat(line).startsWith("snapshot 12: ").contains("t.ndjson:1: "),
                        line -> assertThat(line).startsWith("snapshot 13: ").contains("x.ndjson is missing"),
                        line -> assertThat(line).startsWith("snapshot 14: ").contains("has no tables"),
                        line -> assertThat(line).startsWith("snapshot 15: ").contains("found {\"v\":3}"),
                        line -> assertThat(line).startsWith("6 of 6 snapshots"));
    }

    @Test
    @DisplayName("a finished sink can be compared with the log itself")
    void withLog() throws IOException {
        table("s/t.ndjson", "{\"key\":\"a\",\"row\":{\"v\":2}}\n");
        assertThat(verifyWithLog()).as(printed.toString()).isZero();
        assertThat(printed.toString()).contains("1 rows, all as expected");
        table("s/u.ndjson", "");
        assertThat(verifyWithLog()).isEqualTo(1);
        assertThat(printed.toString()).contains("table s.u should not exist");
    }

    private void isOf(String identity) throws IOException {
        Files.writeString(
                temporary.resolve("sink/.maintainer-sink"), "{\"format\":1,\"changelog\":\"" + identity + "\"}\n");
    }

    @Test
    @DisplayName("the sink of a log that is replicated while it is written is known by the first line, or by the name")
    void tailed() throws IOException {
        table("s/t.ndjson", "{\"key\":\"a\",\"row\":{\"v\":2}}\n");
        Path file = log();
        String log = file.toString();
        String sink = temporary.resolve("sink").toString();
        Files.writeString(file, """
                {"type":"resolved","ts":20}
                {"commitTs":21,"op":"U","schema":"s","table":"t","key":"a","row":{"v":3}}
                """, StandardOpenOption.APPEND);
        isOf("tail-of-bcb9384b5d03fed8f4f0cbd41b3f8a6f4d2f3f17e0e9c1f2ab4e52d6fd7f7f77");
        assertThat(execute("verify", "--changelog", log, "--sink", sink)).isEqualTo(2);
        assertThat(printed.toString()).contains("is of another change log than " + log);

        isOf("tail-of-4ae40fc91b3249e3a4db0c979f5524a67479c7d5d378e699af77bfecf05ead20");
        assertThat(execute("verify", "--changelog", log, "--sink", sink))
                .as(printed.toString())
                .isZero();
        assertThat(execute("verify", "--changelog", log + "?mode=tail", "--sink", sink))
                .isZero();
        isOf("tail-named-orders");
        assertThat(execute("verify", "--changelog", log, "--sink", sink)).isEqualTo(2);
        assertThat(execute("verify", "--changelog", "changelog:" + log + "?mode=tail&name=orders", "--sink", sink))
                .isZero();
        assertThat(execute("verify", "--changelog", log + "?mod=tail", "--sink", sink))
                .isEqualTo(2);
        assertThat(printed.toString()).contains("did you mean").contains("mode");
    }

    @Test
    @DisplayName("a sink without snapshots, one of another log, and options that do not fit give 2")
    void unusableSnapshots() throws IOException {
        table("s/t.ndjson", "");
        assertThat(verifyWithLog("--snapshots")).isEqualTo(2);
        assertThat(printed.toString()).contains("has no snapshots; 'run --syncpoint-interval ROWS' writes them");
        snapshot(12, indexed("t", 0), "");
        Files.writeString(temporary.resolve("sink/.maintainer-sink"), "{\"format\":1,\"changelog\":\"abc\"}\n");
        assertThat(verifyWithLog("--snapshots")).isEqualTo(2);
        assertThat(printed.toString()).contains("is of another change log than ");
        String sink = temporary.resolve("sink").toString();
        assertThat(execute("verify", "--sink", sink)).isEqualTo(2);
        assertThat(verifyWithLog("--expected", "x.tsv")).isEqualTo(2);
        assertThat(printed.toString()).contains("give one of --expected FILE, --changelog FILE and --source ADDRESS");
        assertThat(execute("verify", "--sink", sink, "--expected", "x.tsv", "--snapshots"))
                .isEqualTo(2);
        assertThat(printed.toString()).contains("--snapshots needs --changelog FILE");
    }

    @Test
    @DisplayName("an unfinished sink, a bad expectation and an unknown option give 2")
    void unusable() throws IOException {
        assertThat(verify("s\tt\ta\t1\t2\n")).isEqualTo(2);
        assertThat(printed.toString()).contains("no finished tables");
        assertThat(verify("s\tt\ta\n")).isEqualTo(2);
        assertThat(printed.toString()).contains("expected.tsv:1: expected 5 fields");
        assertThat(execute("verify", "--nonsense")).isEqualTo(2);
        assertThat(execute()).isEqualTo(2);
    }
}
