package dev.maintainer.demo.postgres.speed;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrialsTest {
    @TempDir
    private Path directory;

    @Test
    @DisplayName("Everything that can be measured is measured, and what was replicated is right")
    void all() throws Exception {
        List<String> said = new ArrayList<>();
        SpeedReport report = new SpeedReport(said::add);
        try (SpeedServers servers = SpeedServers.start(false)) {
            SpeedOptions options = new SpeedOptions(1, 1, 2_000, 100, 3_000, 20, 3, false, directory);
            for (Trial trial : Part.trials(EnumSet.allOf(Part.class), servers, options)) {
                trial.run(report);
            }
        }
        assertThat(String.join("\n", report.table()))
                .contains("one span", "two spans", "TPC-B", "all in one transaction", "copying a table")
                .contains("fence under 8 writers", "move of a span", "20 tables, idle", "1 of them busy");
    }
}
