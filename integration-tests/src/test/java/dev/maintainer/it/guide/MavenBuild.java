package dev.maintainer.it.guide;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.architecture.PluginRules;
import dev.maintainer.connector.tck.SinkContract;
import dev.maintainer.replication.Source;
import dev.maintainer.scheduler.defaults.BasicSchedulerProvider;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.tck.SchedulerContract;
import dev.maintainer.scheduler.testing.FakeCluster;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The Maven of somebody else, who has the artifacts of this build: those that the tests themselves run with. They lie in a
 * local repository of its own, as if they had been installed there; all that is not ours is linked to where this build has
 * put it. So nothing of ours is installed where other builds would find it, and nothing that was installed there is found;
 * and what is missing is downloaded as in any other build, by the user's settings, once.
 */
final class MavenBuild implements AutoCloseable {
    private static final String VERSION = "0.1.0-SNAPSHOT";

    private final Path local;
    private final List<Path> links = new ArrayList<>();

    MavenBuild(Path work) throws IOException, URISyntaxException {
        local = Files.createDirectory(work.resolve("local"));
        // The only folder that has artifacts of ours and of others.
        Path shared = Files.createDirectory(local.resolve("dev"));
        link(downloaded(), local, "dev");
        link(downloaded().resolve("dev"), shared, "maintainer");
        install("pom.xml", "maintainer-parent");
        install("runtime/maintainer-bom/pom.xml", "maintainer-bom");
        install("maintainer-api/pom.xml", "maintainer-api", NodeId.class, "");
        install("scheduler-spi/pom.xml", "scheduler-spi", Plan.class, "");
        install("testing/testkit/pom.xml", "testkit", FakeCluster.class, "");
        install("scheduler-default/pom.xml", "scheduler-default", BasicSchedulerProvider.class, "");
        install("testing/scheduler-tck/pom.xml", "scheduler-tck", SchedulerContract.class, "");
        install("runtime/replication/pom.xml", "replication", Source.class, "");
        install("testing/connector-tck/pom.xml", "connector-tck", SinkContract.class, "");
        install("testing/architecture-rules/pom.xml", "architecture-rules", PluginRules.class, "");
    }

    /** The top of the reactor. */
    static Path root() {
        Path here = Path.of("").toAbsolutePath();
        while (!Files.exists(here.resolve("maintainer")) || !Files.isDirectory(here.resolve("scheduler-spi"))) {
            Path parent = here.getParent();
            if (parent == null) {
                throw new IllegalStateException(
                        "not within the project: " + Path.of("").toAbsolutePath());
            }
            here = parent;
        }
        return here;
    }

    /** The start of a command that runs it. */
    List<String> command() {
        return List.of(maven().toString(), "-B", "-ntp", "-Dmaven.repo.local=" + local);
    }

    /** Takes the links away, so that whoever removes the rest meets nothing of the user. */
    @Override
    public void close() throws IOException {
        for (Path link : links) {
            Files.deleteIfExists(link);
        }
    }

    private static Path maven() {
        for (String directory : System.getenv("PATH").split(File.pathSeparator, -1)) {
            Path candidate = Path.of(directory, "mvn");
            if (Files.isExecutable(candidate)) {
                return candidate;
            }
        }
        return root().resolve("mvnw");
    }

    /** Surefire says where it is. */
    private static Path downloaded() {
        String local = System.getProperty("localRepository", System.getProperty("maven.repo.local"));
        return local == null ? Path.of(System.getProperty("user.home"), ".m2", "repository") : Path.of(local);
    }

    private void link(Path from, Path to, String but) throws IOException {
        if (!Files.isDirectory(from)) {
            return;
        }
        try (Stream<Path> folders = Files.list(from)) {
            for (Path folder : folders.filter(Files::isDirectory).sorted().toList()) {
                if (!folder.endsWith(but)) {
                    links.add(Files.createSymbolicLink(to.resolve(folder.getFileName()), folder.toAbsolutePath()));
                }
            }
        }
    }

    private Path install(String pom, String artifact) throws IOException {
        Path folder = Files.createDirectories(
                local.resolve("dev/maintainer").resolve(artifact).resolve(VERSION));
        Path installed = folder.resolve(artifact + "-" + VERSION + ".pom");
        Files.writeString(installed, Files.readString(root().resolve(pom)));
        return folder;
    }

    private void install(String pom, String artifact, Class<?> type, String classifier)
            throws IOException, URISyntaxException {
        Path classes =
                Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
        Path jar = install(pom, artifact).resolve(artifact + "-" + VERSION + classifier + ".jar");
        if (Files.isDirectory(classes)) {
            jar(classes, jar);
        } else {
            Files.copy(classes, jar);
        }
    }

    private static void jar(Path classes, Path jar) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> paths = Files.walk(classes)) {
            for (Path path : paths.filter(Files::isRegularFile).sorted().toList()) {
                out.putNextEntry(
                        new JarEntry(classes.relativize(path).toString().replace(File.separatorChar, '/')));
                Files.copy(path, out);
                out.closeEntry();
            }
        }
    }
}
