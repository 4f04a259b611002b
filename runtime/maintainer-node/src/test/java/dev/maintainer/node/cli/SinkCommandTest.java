package dev.maintainer.node.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableInfo;
import dev.maintainer.api.model.TableName;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.connector.files.FileSink;
import dev.maintainer.connector.files.SinkDirectory;
import dev.maintainer.replication.event.DdlEvent;
import dev.maintainer.replication.event.RowEvent;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class SinkCommandTest {
    private static final MaintainerEpoch EPOCH = new MaintainerEpoch(1);
    private static final TableId TABLE = new TableId(1);
    private static final TableInfo INFO = new TableInfo(TABLE, new SchemaId(1), new TableName("s", "t"), true);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    private final StringWriter printed = new StringWriter();

    private int run(String... arguments) {
        return Console.execute(printed, arguments);
    }

    private Path place() {
        return temporary.resolve("sink");
    }

    private void writeSome() {
        try (FileSink sink = new FileSink(SinkDirectory.share(place(), "digest"), new ChangefeedId("feed"))) {
            sink.open(TableSpan.DDL, new DispatcherId(9, 9), EPOCH, () -> EPOCH)
                    .writeDdls(List.of(DdlEvent.createTable(10, 0, INFO, null)));
            sink.open(TableSpan.whole(TABLE), new DispatcherId(1, 1), EPOCH, () -> EPOCH)
                    .write(List.of(new RowEvent(11, TABLE, RowEvent.Op.I, "a", "{}")));
            sink.open(TableSpan.whole(TABLE), new DispatcherId(1, 2), EPOCH, () -> EPOCH);
        }
    }

    @Test
    @DisplayName("tables are made of a sink that is shared, and what is in it is told")
    void shared() {
        writeSome();
        assertThat(run("sink", "verify", "--sink", place().toString())).isZero();
        assertThat(printed.toString().lines().map(line -> line.replaceAll(" +", " ")))
                .contains("incarnations 2", "claims 3", "sealed 1", "bytesAfterSeal 0");

        assertThat(run("sink", "materialise", "--sink", place().toString())).isZero();
        assertThat(printed.toString()).contains("1 rows in 1 tables");
        assertThat(place().resolve("tables/s/t.ndjson")).hasContent("{\"key\":\"a\",\"row\":{}}");
        assertThat(run("sink", "materialise", "--sink", place().toString()))
                .as("again, in the place of those before")
                .isZero();
    }

    @Test
    @Timeout(60)
    @DisplayName("a pipe in the place of a file is refused, and not waited for")
    void pipe() throws Exception {
        writeSome();
        Path log;
        try (Stream<Path> all = Files.walk(place().resolve("segments"))) {
            log = all.filter(path -> path.toString().endsWith(".log"))
                    .findFirst()
                    .orElseThrow();
        }
        Files.delete(log);
        assumeThat(new ProcessBuilder("mkfifo", log.toString()).start().waitFor())
                .isZero();
        assertThat(run("sink", "verify", "--sink", place().toString())).isNotZero();
        assertThat(printed.toString()).contains("it is no file, but a directory, a pipe or a device; remove it");
    }

    @Test
    @DisplayName("a directory that is no sink, a sink of a run, and a command that is none are refused")
    void refused() throws IOException {
        assertThat(run("sink")).isEqualTo(MaintainerCommand.UNUSABLE);
        assertThat(printed.toString()).contains("verify or materialise");
        Files.createDirectories(place());
        assertThat(run("sink", "verify", "--sink", place().toString())).isEqualTo(MaintainerCommand.UNUSABLE);
        assertThat(printed.toString()).contains("is no sink");
        SinkDirectory.claim(place(), "digest").close();
        assertThat(run("sink", "materialise", "--sink", place().toString())).isEqualTo(MaintainerCommand.UNUSABLE);
        assertThat(printed.toString()).contains("belongs to a run");
    }
}
