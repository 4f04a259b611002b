package dev.maintainer.it.guide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BomTest {
    private static final Pattern MODULE = Pattern.compile("<module>([^<]+)</module>");
    private static final Pattern ARTIFACT = Pattern.compile("<artifactId>([^<]+)</artifactId>");

    @Test
    @DisplayName("The bill of materials has every module that others use, and no other")
    void complete() throws IOException {
        TreeSet<String> published = new TreeSet<>();
        modules().forEach(module -> published.add(module.getFileName().toString()));
        published.remove("integration-tests");
        published.remove("cluster-tests");
        published.remove("maintainer-bom");
        published.remove("postgres-demo");
        published.remove("simulator");
        TreeSet<String> listed = new TreeSet<>();
        String bom = Files.readString(MavenBuild.root().resolve("runtime/maintainer-bom/pom.xml"));
        Matcher artifacts = ARTIFACT.matcher(
                bom.substring(bom.indexOf("<dependencyManagement>"), bom.indexOf("</dependencyManagement>")));
        while (artifacts.find()) {
            listed.add(artifacts.group(1));
        }

        assertThat(listed).isEqualTo(published);
    }

    @Test
    @DisplayName(
            "No module needs the test jar of another: what others need is a module, so a build without tests has it")
    void noTestJars() throws IOException {
        for (Path module : modules()) {
            assertThat(Files.readString(MavenBuild.root().resolve(module).resolve("pom.xml")))
                    .as("POM of %s", module)
                    .doesNotContain("test-jar");
        }
    }

    @Test
    @DisplayName("It has the version of the reactor")
    void version() throws IOException {
        String parent = Files.readString(MavenBuild.root().resolve("pom.xml"));
        String version = parent.substring(parent.indexOf("<version>"), parent.indexOf("</version>"));

        assertThat(Files.readString(MavenBuild.root().resolve("runtime/maintainer-bom/pom.xml")))
                .contains(version);
    }

    @Test
    @DisplayName("Every module has a README that says who depends on it, and stands in the README of the project")
    void readmes() throws IOException {
        String readme = Files.readString(MavenBuild.root().resolve("README.md"));
        for (Path module : modules()) {
            assertThat(Files.readString(MavenBuild.root().resolve(module).resolve("README.md")))
                    .as("README of %s", module)
                    .containsPattern("depend|imports it");
            assertThat(readme).contains("`" + module.getFileName() + "`");
        }
    }

    static List<Path> modules() throws IOException {
        return MODULE.matcher(Files.readString(MavenBuild.root().resolve("pom.xml")))
                .results()
                .map(module -> Path.of(module.group(1)))
                .toList();
    }
}
