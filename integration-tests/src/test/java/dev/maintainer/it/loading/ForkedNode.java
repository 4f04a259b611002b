package dev.maintainer.it.loading;

import static dev.maintainer.it.loading.PluginBuilder.root;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.node.run.RunOptions;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A node in a process of its own, made of the classes that this test sees. */
public final class ForkedNode {
    /** The class to start. */
    public static final String MAIN = "dev.maintainer.node.cli.MaintainerCommand";

    /** One class of each jar that a node consists of. */
    private static final List<String> NODE = List.of(
            "dev.maintainer.api.model.NodeId",
            "dev.maintainer.scheduler.spi.Plan",
            "dev.maintainer.scheduler.defaults.BasicSchedulerProvider",
            "dev.maintainer.operator.OperatorController",
            "dev.maintainer.core.MaintainerConfig",
            "dev.maintainer.dispatcher.DispatcherManager",
            "dev.maintainer.coordinator.Coordinator",
            "dev.maintainer.runtime.node.Node",
            "dev.maintainer.membership.ClusterMembership",
            "dev.maintainer.cluster.embedded.EmbeddedCluster",
            "dev.maintainer.cluster.distributed.ClusterProcess",
            "dev.maintainer.replication.Source",
            "dev.maintainer.connector.changelog.ChangeLog",
            "dev.maintainer.connector.files.FileSink",
            "dev.maintainer.whatif.WhatIf",
            "dev.maintainer.admin.ClusterAdmin",
            "com.google.common.cache.Cache",
            "com.google.common.util.concurrent.internal.InternalFutures",
            "com.fasterxml.jackson.core.JsonParser",
            "com.fasterxml.jackson.databind.ObjectMapper",
            "com.fasterxml.jackson.annotation.JsonProperty",
            "com.fasterxml.jackson.dataformat.toml.TomlMapper",
            "org.apache.commons.codec.Encoder",
            "org.apache.commons.compress.compressors.gzip.GzipCompressorInputStream",
            "org.apache.commons.io.build.AbstractSupplier",
            "org.apache.commons.lang3.ArrayFill",
            "org.eclipse.jetty.http.HttpHeader",
            "org.eclipse.jetty.io.Connection",
            "org.eclipse.jetty.server.Server",
            "org.eclipse.jetty.util.Callback",
            "picocli.CommandLine",
            "org.slf4j.Logger",
            "ch.qos.logback.classic.Logger",
            "ch.qos.logback.core.Context");

    /** How it ended, and its first two hundred lines. */
    record Ended(int exitValue, String said) {}

    private final Path temporary;

    ForkedNode(Path temporary) {
        this.temporary = temporary;
    }

    /** The jars and directories of a node. */
    public static Set<Path> parts() throws ClassNotFoundException {
        Set<Path> parts = new LinkedHashSet<>();
        parts.add(root(RunOptions.class));
        for (String type : NODE) {
            parts.add(root(Class.forName(type)));
        }
        return parts;
    }

    /** A class path of them. */
    public static String path(Set<Path> parts) {
        return parts.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    /** Runs to its end; {@code main} says where the classes are and which one to start. */
    Ended run(List<String> main, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Djava.io.tmpdir=" + temporary));
        command.addAll(main);
        command.addAll(arguments);
        Path output = temporary.resolve("output.txt");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(120, TimeUnit.SECONDS);
        process.destroyForcibly();
        String said;
        try (Stream<String> lines = Files.lines(output)) {
            said = lines.limit(200).collect(Collectors.joining("\n"));
        }
        assertThat(ended).as("%s", said).isTrue();
        return new Ended(process.exitValue(), said);
    }
}
