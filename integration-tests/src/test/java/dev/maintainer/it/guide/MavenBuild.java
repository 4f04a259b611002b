package dev.maintainer.it.guide;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.architecture.PluginRules;
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
import java.util.Comparator;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The Maven of somebody else, who has the artifacts of this build: those that the tests themselves run with, laid out as
 * a repository. It has a local repository of its own, and takes third-party artifacts from where this build has put them.
 * So nothing is installed where other builds would find it, and nothing that was installed there is found. The local
 * repository is kept in {@code target}: a plug-in needs one or two jars that this build does not, and a second run should
 * not need a network for them.
 */
final class MavenBuild {
    private static final String VERSION = "0.1.0-SNAPSHOT";

    private final Path work;

    MavenBuild(Path work) {
        this.work = work;
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
    List<String> command() throws IOException, URISyntaxException {
        return List.of(maven().toString(), "-B", "-ntp", "-s", settings().toString(), "-Dmaven.repo.local=" + local());
    }

    /** Without what an earlier run has put there of ours. */
    private static Path local() throws IOException {
        Path local = root().resolve("integration-tests").resolve("target").resolve("guide-repository");
        Path ours = local.resolve("dev").resolve("maintainer");
        if (Files.exists(ours)) {
            try (Stream<Path> paths = Files.walk(ours)) {
                for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
        return local;
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

    private Path settings() throws IOException, URISyntaxException {
        install("pom.xml", "maintainer-parent");
        install("runtime/maintainer-bom/pom.xml", "maintainer-bom");
        install("maintainer-api/pom.xml", "maintainer-api", NodeId.class, "");
        install("scheduler-spi/pom.xml", "scheduler-spi", Plan.class, "");
        install("scheduler-spi/pom.xml", "scheduler-spi", FakeCluster.class, "-tests");
        install("scheduler-default/pom.xml", "scheduler-default", BasicSchedulerProvider.class, "");
        install("testing/scheduler-tck/pom.xml", "scheduler-tck", SchedulerContract.class, "");
        install("testing/architecture-rules/pom.xml", "architecture-rules", PluginRules.class, "");
        Path settings = work.resolve("settings.xml");
        Files.writeString(settings, """
                <settings>
                  <profiles><profile><id>this-build</id>
                    <repositories>%s%s</repositories>
                    <pluginRepositories>%s</pluginRepositories>
                  </profile></profiles>
                  <activeProfiles><activeProfile>this-build</activeProfile></activeProfiles>
                </settings>
                """.formatted(
                        repository("repository", "ours", ours(), true),
                        repository("repository", "downloaded", downloaded(), false),
                        repository("pluginRepository", "downloaded", downloaded(), false)));
        return settings;
    }

    /** Snapshots are only ours: those of an earlier build may be among what is downloaded. */
    private static String repository(String tag, String id, Path path, boolean snapshots) {
        String policy = "<%1$s><enabled>%2$s</enabled><checksumPolicy>ignore</checksumPolicy></%1$s>";
        return "<%1$s><id>%2$s</id><url>%3$s</url>%4$s%5$s</%1$s>"
                .formatted(
                        tag,
                        id,
                        path.toUri(),
                        policy.formatted("releases", !snapshots),
                        policy.formatted("snapshots", snapshots));
    }

    private Path ours() {
        return work.resolve("ours");
    }

    /** A local repository has the form of a remote one, as far as releases go. Surefire says where it is. */
    private static Path downloaded() {
        String local = System.getProperty("localRepository", System.getProperty("maven.repo.local"));
        return local == null ? Path.of(System.getProperty("user.home"), ".m2", "repository") : Path.of(local);
    }

    private Path install(String pom, String artifact) throws IOException {
        Path folder = Files.createDirectories(
                ours().resolve("dev/maintainer").resolve(artifact).resolve(VERSION));
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
