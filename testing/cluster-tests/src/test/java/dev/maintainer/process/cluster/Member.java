package dev.maintainer.process.cluster;

import dev.maintainer.node.demo.NodeClient;
import dev.maintainer.node.server.SpokenProtocols;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** One node as a process of its own: its configuration, its output, and the signals that it gets. Used by one thread. */
public final class Member {
    private static final String MAIN = "dev.maintainer.node.cli.MaintainerCommand";
    private static final long SIGNAL_SECONDS = 10;

    /**
     * How a node runs, besides its file.
     *
     * @param overrides settings that count before it
     * @param environment of its process
     * @param newest the newest protocol that it speaks, as a former release; empty for what this release speaks
     */
    public record Options(List<String> overrides, Map<String, String> environment, String newest) {
        /** As the file says. */
        public static final Options NONE = new Options(List.of(), Map.of(), "");

        /** Copies. */
        public Options {
            overrides = List.copyOf(overrides);
            environment = Map.copyOf(environment);
        }

        /** With these settings and this environment. */
        public Options(List<String> overrides, Map<String, String> environment) {
            this(overrides, environment, "");
        }

        /** With these settings, {@code key=value}. */
        public static Options of(String... overrides) {
            return new Options(List.of(overrides), Map.of(), "");
        }

        /** The same for a release whose newest protocol is this. */
        Options ofRelease(String protocol) {
            return new Options(overrides, environment, protocol);
        }
    }

    private final String name;
    private final Path directory;
    private final String adminAddress;
    private final NodeClient client;
    /** As the process that runs, or ran last, was started. */
    private Options options;

    private Process process;

    private Member(String name, Path directory, String adminAddress, Options options, Process process) {
        this.name = name;
        this.directory = directory;
        this.adminAddress = adminAddress;
        this.client = new NodeClient(adminAddress);
        this.options = options;
        this.process = process;
    }

    /**
     * Starts one.
     *
     * @param directory has its {@code node.toml}
     * @param adminAddress as that says
     */
    static Member start(String name, Path directory, String adminAddress, Options options) throws IOException {
        return new Member(name, directory, adminAddress, options, begin(directory, options));
    }

    private static Process begin(Path directory, Options options) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(
                List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-XX:TieredStopAtLevel=1"));
        command.add("-Dmaintainer.log.level=INFO");
        if (!options.newest().isEmpty()) {
            command.add("-D" + SpokenProtocols.NEWEST + "=" + options.newest());
        }
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), MAIN, "node"));
        command.addAll(List.of("--config", directory.resolve("node.toml").toString(), "--stop-at-end-of-input"));
        options.overrides().forEach(each -> command.addAll(List.of("--set", each)));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("node.log").toFile()));
        builder.environment().putAll(options.environment());
        Process begun = builder.start();
        // One that stands still does not see that its input has ended.
        Runtime.getRuntime().addShutdownHook(new Thread(begun::destroyForcibly));
        return begun;
    }

    /** {@return its name, which ids of its processes begin with} */
    public String name() {
        return name;
    }

    /** {@return where its admin interface listens} */
    public String adminAddress() {
        return adminAddress;
    }

    /** {@return its admin interface} */
    public NodeClient client() {
        return client;
    }

    /** {@return where it keeps everything} */
    public Path directory() {
        return directory;
    }

    /** {@return what it has logged} */
    public String log() throws IOException {
        return Files.readString(directory.resolve("node.log"));
    }

    /** {@return its process} */
    public long pid() {
        return process.pid();
    }

    /** {@return whether its process runs or stands still} */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** {@return whether it is a member that works} */
    public boolean isReady() throws InterruptedException {
        return client.get("/readyz").status() == 200;
    }

    /** {@return whether it is the process with this id} */
    public boolean isCalled(String id) {
        return id.startsWith(name + ".");
    }

    /** {@return whether it is its present process, or its last, that writes to a sink under this name} */
    public boolean isWriter(String process) {
        return process.startsWith("p" + pid() + "-");
    }

    /** Starts it once more after it has ended. */
    public void startAgain() throws IOException {
        process = begin(directory, options);
    }

    /**
     * When it is started again, it is of another release.
     *
     * @param protocol the newest that this speaks; empty for what the release of the test speaks
     */
    public void release(String protocol) {
        options = options.ofRelease(protocol);
    }

    /** {@return whether it is started as a former release} */
    public boolean isOld() {
        return !options.newest().isEmpty();
    }

    /** SIGKILL. */
    public void kill() throws InterruptedException {
        process.destroyForcibly();
        process.waitFor(SIGNAL_SECONDS, TimeUnit.SECONDS);
    }

    /** SIGSTOP: it stands still, and does not know. */
    public void freeze() throws IOException, InterruptedException {
        signal("STOP");
    }

    /** SIGCONT. */
    public void thaw() throws IOException, InterruptedException {
        signal("CONT");
    }

    /** SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    private void signal(String signal) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid())).start();
        if (!kill.waitFor(SIGNAL_SECONDS, TimeUnit.SECONDS) || kill.exitValue() != 0) {
            throw new IOException("no signal " + signal + " reaches process " + process.pid() + " of node " + name);
        }
    }

    /**
     * Waits until its process has ended.
     *
     * @return the exit status
     */
    public int awaitExit(Duration most) throws InterruptedException {
        if (!process.waitFor(most.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new AssertionError("waited " + most.toSeconds() + " s for node " + name + " to end");
        }
        return process.exitValue();
    }
}
