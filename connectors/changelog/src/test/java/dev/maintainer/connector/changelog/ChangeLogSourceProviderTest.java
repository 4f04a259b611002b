package dev.maintainer.connector.changelog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.replication.ConnectorAddress;
import dev.maintainer.replication.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChangeLogSourceProviderTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private Source open(Map<String, String> settings) throws IOException {
        Path log = temporary.resolve("log.ndjson");
        Files.writeString(log, """
                {"commitTs":10,"ddl":"CREATE_TABLE","schema":"s","table":"t"}
                {"commitTs":11,"op":"D","schema":"s","table":"t","key":"k"}
                {"commitTs":12,"op":"D","schema":"s","table":"t","key":"k"}
                """);
        return new ChangeLogSourceProvider()
                .open(new ConnectorAddress("changelog", log.toString()), new TreeMap<>(settings));
    }

    @Test
    @DisplayName("sync points are set by their distance in rows; without that there are none")
    void syncPointInterval() throws IOException {
        try (Source source = open(Map.of("syncpoint-interval", "2"))) {
            assertThat(source.blocks(TableSpan.DDL, 9, PartialCommit.NONE, () -> {})
                            .nextTs())
                    .isEqualTo(12);
        }
        try (Source source = open(Map.of())) {
            assertThat(source.blocks(TableSpan.DDL, 9, PartialCommit.NONE, () -> {})
                            .nextTs())
                    .isEqualTo(Long.MAX_VALUE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "-1", "", "x", "1.5", "99999999999999999999"})
    @DisplayName("a distance that is none is refused")
    void badInterval(String interval) {
        assertThatThrownBy(() -> open(Map.of("syncpoint-interval", interval)))
                .isInstanceOfSatisfying(
                        MaintainerException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.BAD_CONFIGURATION))
                .hasMessage("syncpoint-interval of source changelog must be a number of rows, 1 or more, and is '"
                        + interval + "'");
    }

    @Test
    @DisplayName("a setting that there is not is refused, and those that there are are named")
    void unknownSetting() {
        assertThatThrownBy(() -> open(Map.of("sync", "1")))
                .isInstanceOf(MaintainerException.class)
                .hasMessage("source changelog has no setting 'sync'; it has mode, name, syncpoint-interval");
    }
}
