package dev.maintainer.it.guide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Builds a project of somebody else against the artifacts of this build: they are laid out as a repository of their own,
 * beside what this build has downloaded, so that nothing is installed where other builds would find it.
 */
final class MavenBuild {
    private static final String VERSION = "0.1.0-SNAPSHOT";
    private static final List<String> MODULES = List.of(
            "maintainer-api",
            "scheduler-spi",
            "testing/scheduler-tck",
            "testing/architecture-rules",
            "runtime/maintainer-bom");

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

    /** Runs {@code mvn verify} in a project; fails with what Maven said if that fails. */
    String verify(Path project) throws IOException, InterruptedException {
        Path settings = settings();
        List<String> command = new ArrayList<>(List.of(
                maven().toString(),
                "-B",
                "-ntp",
                "-s",
                settings.toString(),
                "-Dmaven.repo.local=" + work.resolve("local"),
                "verify"));
        Path output = work.resolve("maven.txt");
        Process process = new ProcessBuilder(command)
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = process.waitFor(5, TimeUnit.MINUTES);
        process.destroyForcibly();
        String said = Files.readString(output);
        assertThat(ended && process.exitValue() == 0)
                .as("mvn verify in %s said:%n%s", project, said)
                .isTrue();
        return said;
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

    private Path settings() throws IOException {
        Path ours = Files.createDirectories(work.resolve("ours"));
        install(ours, root().resolve("pom.xml"), "maintainer-parent", null);
        for (String module : MODULES) {
            Path folder = root().resolve(module);
            String artifact = folder.getFileName().toString();
            Path jar = folder.resolve("target").resolve(artifact + "-" + VERSION + ".jar");
            boolean hasJar = !artifact.equals("maintainer-bom");
            assumeTrue(!hasJar || Files.exists(jar), () -> jar + " is not there yet: run 'mvn verify' from the top");
            install(ours, folder.resolve("pom.xml"), artifact, hasJar ? jar : null);
        }
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
                        repository("repository", "ours", ours),
                        repository("repository", "downloaded", downloaded()),
                        repository("pluginRepository", "downloaded", downloaded())));
        return settings;
    }

    private static String repository(String tag, String id, Path path) {
        String trusted = "<%1$s><enabled>true</enabled><checksumPolicy>ignore</checksumPolicy></%1$s>";
        return "<%1$s><id>%2$s</id><url>%3$s</url>%4$s%5$s</%1$s>"
                .formatted(tag, id, path.toUri(), trusted.formatted("releases"), trusted.formatted("snapshots"));
    }

    /** A local repository has the form of a remote one, as far as releases go. */
    private static Path downloaded() {
        return Path.of(System.getProperty("maven.repo.local", System.getProperty("user.home") + "/.m2/repository"));
    }

    private static void install(Path repository, Path pom, String artifact, @Nullable Path jar) throws IOException {
        Path folder = Files.createDirectories(
                repository.resolve("dev/maintainer").resolve(artifact).resolve(VERSION));
        Files.copy(pom, folder.resolve(artifact + "-" + VERSION + ".pom"), StandardCopyOption.REPLACE_EXISTING);
        if (jar != null) {
            Files.copy(jar, folder.resolve(artifact + "-" + VERSION + ".jar"), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /** Copies a project without what was built in it. */
    static Path copy(Path project, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(project)) {
            for (Path file : files.toList()) {
                Path relative = project.relativize(file);
                if (Files.isRegularFile(file) && !relative.startsWith("target")) {
                    Path target = to.resolve(relative);
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target);
                }
            }
        }
        return to;
    }
}
