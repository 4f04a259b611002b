package dev.maintainer.it.loading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.replication.SinkProvider;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A directory of connectors, as a run uses it, with connectors that are as they should not be. */
class ConnectorDirectoryTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path temporary;

    @SuppressWarnings("NullAway.Init")
    private Path connectors;

    @BeforeEach
    void makeDirectory() throws IOException {
        connectors = Files.createDirectory(temporary.resolve("connectors"));
    }

    private ForkedNode.Ended run() throws Exception {
        Path log = Files.writeString(temporary.resolve("log.ndjson"), """
                {"commitTs":10,"ddl":"CREATE_TABLE","schema":"s","table":"t"}
                {"commitTs":20,"op":"I","schema":"s","table":"t","key":"k","row":{"v":1}}
                """);
        return new ForkedNode(temporary)
                .run(
                        List.of("-cp", ForkedNode.path(ForkedNode.parts()), ForkedNode.MAIN),
                        List.of(
                                "run",
                                "--changelog",
                                log.toString(),
                                "--sink",
                                "pit:here",
                                "--nodes",
                                "1",
                                "--connectors",
                                connectors.toString()));
    }

    /** A sink that takes everything and keeps nothing; {@code opened} and {@code closed} are statements. */
    private void sink(String opened, String closed) {
        PluginBuilder.empty()
                .source("com.example.Pit", """
                        package com.example;

                        import dev.maintainer.api.model.*;
                        import dev.maintainer.replication.*;
                        import dev.maintainer.replication.event.*;
                        import java.util.*;
                        import java.util.function.Supplier;

                        public final class Pit implements SinkProvider {
                            @Override public String scheme() { return "pit"; }
                            @Override public String description() { return "keeps nothing"; }
                            @Override public Sink open(ConnectorAddress address, SortedMap<String, String> settings,
                                    ChangefeedId changefeed, String source) {
                                %s
                                return new Sink() {
                                    @Override public Fencing fencing() { return Fencing.LEASED; }
                                    @Override public void fence(ChangefeedId of, MaintainerEpoch epoch) {}
                                    @Override public SpanWriter open(TableSpan span, DispatcherId dispatcher,
                                            MaintainerEpoch created, Supplier<MaintainerEpoch> accepted) {
                                        return new SpanWriter() {
                                            @Override public WriteResult write(List<RowEvent> rows) { return WriteResult.DURABLE; }
                                            @Override public WriteResult writeDdls(List<DdlEvent> ddls) { return WriteResult.DURABLE; }
                                            @Override public void complete(long ts) {}
                                            @Override public void seal() {}
                                        };
                                    }
                                    @Override public long rowsApplied() { return 1; }
                                    @Override public long rowsAppliedAgain() { return 0; }
                                    @Override public void close() { %s }
                                };
                            }
                        }
                        """.formatted(opened, closed))
                .entry(
                        "META-INF/services/" + SinkProvider.class.getName(),
                        "com.example.Pit\n".getBytes(StandardCharsets.UTF_8))
                .jar(connectors, "pit.jar");
    }

    @Test
    @DisplayName("a sink that fails when it is closed does not take away what the run has to say")
    void closeFails() throws Exception {
        sink("", "throw new IllegalStateException(\"gone already\");");
        ForkedNode.Ended ended = run();
        assertThat(ended.said())
                .contains("2 events in", "pit:here could not be closed", "gone already")
                .doesNotContain("a bug of ours");
        assertThat(ended.exitValue()).as(ended.said()).isZero();
    }

    @Test
    @DisplayName("a connector that lacks a class is named, with its jar, and nobody is told of a bug of ours")
    void aClassIsMissing() throws Exception {
        sink("if (address != null) throw new NoClassDefFoundError(\"org/postgresql/Driver\");", "");
        ForkedNode.Ended ended = run();
        assertThat(ended.said())
                .contains("com.example.Pit", "pit.jar", "org/postgresql/Driver", "put the jars that it needs beside it")
                .doesNotContain("a bug of ours", "\tat ");
        assertThat(ended.exitValue()).as(ended.said()).isEqualTo(2);
    }

    @Test
    @DisplayName("a damaged jar is named: a class loader would pass it by")
    void aDamagedJar() throws Exception {
        sink("", "");
        Files.writeString(connectors.resolve("driver.jar"), "not a jar");
        ForkedNode.Ended ended = run();
        assertThat(ended.said())
                .contains("driver.jar is no jar that can be read")
                .doesNotContain("\tat ");
        assertThat(ended.exitValue()).as(ended.said()).isEqualTo(2);
    }
}
