package dev.maintainer.node.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.changelog.testing.RandomChangeLog;
import dev.maintainer.connector.postgres.server.PostgresServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** People compare a database with a log. */
class VerifyDatabaseTest {
    private static final String CREATION = """
            {"commitTs":10,"ddl":"CREATE_TABLE","schema":"mine","table":"orders"}
            {"commitTs":11,"op":"I","schema":"mine","table":"orders","key":"17","row":{"v":9.50}}
            """;

    private final String database = PostgresServer.shared().newDatabase();
    private final String sink = "postgresql://" + PostgresServer.ADMIN + "@127.0.0.1:"
            + PostgresServer.shared().port() + "/" + database;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @SuppressWarnings("NullAway.Init")
    private String log;

    @BeforeEach
    void writeLog() throws IOException {
        log = file("log.ndjson", CREATION);
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(temporary.resolve(name), content).toString();
    }

    /** The exit status of a command, and what it says. */
    private String maintainer(String... command) {
        StringWriter said = new StringWriter();
        PrintWriter writer = new PrintWriter(said);
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of("--sink", sink));
        int status =
                MaintainerCommand.commandLine().setOut(writer).setErr(writer).execute(all.toArray(String[]::new));
        return status + ": " + said;
    }

    @Test
    @DisplayName("What was replicated is as expected, until somebody changes it")
    void compared() {
        assertThat(maintainer("run", "--changelog", log)).startsWith("0: ").contains("equals the log: 1 rows");
        assertThat(maintainer("verify", "--changelog", log)).isEqualTo("0: 1 rows, all as expected\n");

        PostgresServer.shared().execute(database, "update mine.orders set value = '{\"v\":9.5}'");
        assertThat(maintainer("verify", "--changelog", log))
                .startsWith("1: 1 differences")
                .contains("17");
    }

    @Test
    @DisplayName("An expected state will do, too")
    void expected() throws IOException {
        log = file("log.ndjson", CREATION.replace("{\"v\":9.50}", "{\"blob\":\"b\",\"mode\":\"m\"}"));
        assertThat(maintainer("run", "--changelog", log)).startsWith("0: ");
        String expected = file("expected.tsv", "mine\torders\t17\tb\tm\n");

        assertThat(maintainer("verify", "--expected", expected)).isEqualTo("0: 1 rows, all as expected\n");
    }

    @Test
    @DisplayName("A database that has nothing of the changefeed, or is of another log, is not compared")
    void notComparable() throws IOException {
        assertThat(maintainer("verify", "--changelog", log)).startsWith("2: ").contains("has written nothing");
        assertThat(maintainer("run", "--changelog", log)).startsWith("0: ");
        String other = file("other.ndjson", String.join("\n", RandomChangeLog.lines(1, 50)) + "\n");

        assertThat(maintainer("verify", "--changelog", other)).startsWith("2: ").contains("another change log");
        assertThat(maintainer("verify", "--changelog", log, "--changefeed", "orders"))
                .startsWith("2: ")
                .contains("has written nothing");
        assertThat(maintainer("verify", "--changelog", log, "--snapshots")).startsWith("2: ");
    }
}
