package dev.maintainer.node.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One node, as a process of its own. Its configuration and its output are in its directory. */
final class NodeProcess {
    private static final String MAIN = "dev.maintainer.node.cli.MaintainerCommand";
    private static final String CONFIGURATION = """
            # A node of the demonstration.
            [cluster]
            name = "demo"

            [node]
            name = "%s"
            data_dir = "%s"

            [peer]
            listen = "127.0.0.1:%d"

            [admin]
            listen = "127.0.0.1:%d"

            [zookeeper]
            connect = "%s"
            root = "/maintainer"

            # Short, since all is on one machine; see docs/operations.md for those of several machines.
            [lease]
            session = "3s"
            renew = "300ms"
            lease = "1200ms"
            grace = "1800ms"

            [stop]
            drain = "20s"
            """;

    private final String name;
    private final Path directory;
    private final Path configuration;
    private final NodeClient client;
    private final int adminPort;
    private Process process;

    private NodeProcess(String name, Path directory, Path configuration, int adminPort) throws IOException {
        this.name = name;
        this.directory = directory;
        this.configuration = configuration;
        this.adminPort = adminPort;
        this.client = new NodeClient("127.0.0.1:" + adminPort);
        this.process = begin();
    }

    /** Writes the configuration of a node, and starts it. */
    static NodeProcess start(String name, Path parent, String zookeeper) throws IOException {
        Path directory = Files.createDirectories(parent.resolve(name));
        int adminPort = FreePorts.next();
        Path configuration = directory.resolve("node.toml");
        Files.writeString(
                configuration,
                CONFIGURATION.formatted(
                        name, directory.resolve("data").toAbsolutePath(), FreePorts.next(), adminPort, zookeeper));
        return new NodeProcess(name, directory, configuration, adminPort);
    }

    private Process begin() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-XX:TieredStopAtLevel=1"));
        command.add("-Dmaintainer.log.level=INFO");
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN));
        command.addAll(List.of("node", "--config", configuration.toString(), "--stop-at-end-of-input"));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("node.log").toFile()))
                .redirectInput(ProcessBuilder.Redirect.PIPE)
                .start();
    }

    String name() {
        return name;
    }

    NodeClient client() {
        return client;
    }

    String adminAddress() {
        return "127.0.0.1:" + adminPort;
    }

    Path log() {
        return directory.resolve("node.log");
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Starts it once more after it has ended. */
    void startAgain() throws IOException {
        process = begin();
    }

    /** As kill -9 does. */
    void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor();
    }

    /** Asks it to end, with SIGTERM. */
    void stop() {
        process.destroy();
    }

    /** The exit status; -1 if it has not ended within this time. */
    int awaitExit(long seconds) throws InterruptedException {
        return process.waitFor(seconds, TimeUnit.SECONDS) ? process.exitValue() : -1;
    }
}
