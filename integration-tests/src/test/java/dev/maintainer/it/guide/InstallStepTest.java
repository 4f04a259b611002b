package dev.maintainer.it.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The commands that put our artifacts where other projects find them install what those need; nothing of ours is elsewhere. */
class InstallStepTest {
    private static final Pattern STEP = Pattern.compile(
            "^    mvn -q -P quick -Dmaven\\.test\\.skip=true install( -am)? -pl (\\S+)$", Pattern.MULTILINE);
    private static final Pattern OURS =
            Pattern.compile("<groupId>dev\\.maintainer</groupId>\\s*<artifactId>([^<]+)</artifactId>");
    private static final Pattern DEPENDENCIES = Pattern.compile("<dependencies>.*?</dependencies>", Pattern.DOTALL);

    @ParameterizedTest
    @CsvSource({
        "docs/scheduler-plugins.md, docs/scheduler-plugins.md",
        "examples/ring-scheduler/README.md, examples/ring-scheduler/pom.xml",
        "examples/pinned-tables/README.md, examples/pinned-tables/pom.xml",
        "examples/memory-sink/README.md, examples/memory-sink/pom.xml"
    })
    @DisplayName("A page about a plug-in installs all that the POM of that names")
    void plugins(String page, String pom) throws IOException {
        Matcher step = step(page);
        SortedSet<String> installed = new TreeSet<>();
        for (Path module :
                List.of(step.group(2).split(",")).stream().map(Path::of).toList()) {
            assertThat(BomTest.modules()).contains(module);
            install(module, installed);
        }
        assertThat(step.group(1)).as("what those need is installed with them").isNotNull();
        assertThat(installed).containsAll(named(text(pom)));
    }

    @Test
    @DisplayName("README.md installs all that is published, and nothing else")
    void everything() throws IOException {
        SortedSet<String> left = BomTest.modules().stream()
                .filter(module -> isKept(module))
                .map(module -> "!" + module)
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(new TreeSet<>(
                        List.of(step("README.md").group(2).replace("'", "").split(","))))
                .isEqualTo(left);
    }

    private static boolean isKept(Path module) {
        try {
            return text(module.resolve("pom.xml").toString()).contains("<maven.deploy.skip>true</maven.deploy.skip>");
        } catch (IOException e) {
            throw new IllegalStateException("cannot read the POM of " + module, e);
        }
    }

    /** A module, and all of ours that it is built from, as {@code -am} does. */
    private static void install(Path module, SortedSet<String> installed) throws IOException {
        if (!installed.add(module.getFileName().toString())) {
            return;
        }
        Matcher dependencies =
                DEPENDENCIES.matcher(text(module.resolve("pom.xml").toString()));
        while (dependencies.find() && !module.endsWith("maintainer-bom")) {
            SortedSet<String> names = named(dependencies.group());
            for (Path other : BomTest.modules()) {
                if (names.contains(other.getFileName().toString())) {
                    install(other, installed);
                }
            }
        }
    }

    private static SortedSet<String> named(String pom) {
        return OURS.matcher(pom).results().map(found -> found.group(1)).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Matcher step(String page) throws IOException {
        Matcher step = STEP.matcher(text(page));
        assertThat(step.find()).as("a command that installs, in %s", page).isTrue();
        return step;
    }

    private static String text(String file) throws IOException {
        return Files.readString(MavenBuild.root().resolve(file));
    }
}
