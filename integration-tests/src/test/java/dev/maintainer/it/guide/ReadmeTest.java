package dev.maintainer.it.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.connector.changelog.ChangeLog;
import dev.maintainer.connector.changelog.ChangeLogReader;
import dev.maintainer.it.loading.ForkedNode;
import dev.maintainer.it.plugin.PackBySchemaProvider;
import dev.maintainer.node.run.SampleLog;
import dev.maintainer.replication.json.StrictJson;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import dev.maintainer.simulator.cli.SimulateCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands of the project's README, run as they are shown, one after the other. Only what stands for something else is
 * replaced: files, directories and a table of the reader's own. Searches end after some seconds, and a cluster that is held
 * up goes on beside the commands that follow.
 */
class ReadmeTest {
    private static final Pattern SHOWN = Pattern.compile("^ +\\./maintainer (\\S.*?)(?: +#.*)?$", Pattern.MULTILINE);
    private static final Pattern CONTINUED = Pattern.compile(" *\\\\\n *");
    private static final int LINES = 1_500;
    private static final String SEARCH_SECONDS = "3";

    @TempDir
    private Path temporary;

    @Test
    @DisplayName("README.md: every command works as it is shown")
    void commands() throws Exception {
        prepare();
        Path said = temporary.resolve("said.txt");
        Process shell = new ProcessBuilder(
                        "bash",
                        "-eux",
                        Files.writeString(temporary.resolve("all.sh"), script()).toString())
                .directory(temporary.toFile())
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();

        boolean ended = shell.waitFor(8, TimeUnit.MINUTES);
        shell.descendants().forEach(ProcessHandle::destroyForcibly);
        int status = shell.destroyForcibly().waitFor();

        String text = Files.readString(said);
        assertThat(ended && status == 0).as("the commands said:%n%s", text).isTrue();
        assertThat(text)
                .contains("equals the log", "all as expected", "identical: ", "nothing is violated")
                .contains("planning by pack-by-schema: ");
        assertThat(temporary.resolve("picture.html")).isNotEmptyFile();
        for (String line : List.of(
                " rows applied, ",
                "applied again, ",
                "checkpoint lag: median ",
                "planning by ",
                "nodes wrote, most over mean: ",
                " equals the log: ")) {
            assertThat(text).contains(line);
            assertThat(page()).as("what the output means").contains(line);
        }
    }

    /** In the order of the page. A new sink for every run, and each command says which it is. */
    private static String script() throws IOException {
        String page = CONTINUED.matcher(page()).replaceAll(" ");
        List<String> lines = new ArrayList<>();
        for (String command : SHOWN.matcher(page)
                .results()
                .map(found -> found.group(1).strip())
                .toList()) {
            if (command.startsWith("cluster-demo")) {
                // It needs the libraries of a store and a transport, and processes; .ci/run runs it.
                continue;
            }
            if (command.startsWith("run")) {
                lines.add("rm -rf SINK JOURNAL");
            }
            if (command.contains("--hold")) {
                lines.add("./maintainer " + command + " &");
                lines.add("for i in $(seq 600); do [ ! -e ADMIN/admin.json ] || break; sleep 0.1; done");
            } else if (command.startsWith("simulate")) {
                lines.add("./simulate" + command.substring("simulate".length())
                        + (command.contains("--seed ") ? "" : " --seconds " + SEARCH_SECONDS));
            } else {
                lines.add("./maintainer " + command.replace(" TABLE", " \"$(cat TABLE)\""));
            }
            if (command.contains("ctl") && command.endsWith("stop")) {
                lines.add("wait");
            }
        }
        assertThat(lines).as("commands of the README").hasSizeGreaterThan(15);
        return String.join("\n", lines) + "\n";
    }

    private static String page() throws IOException {
        return Files.readString(MavenBuild.root().resolve("README.md"));
    }

    private void prepare() throws Exception {
        Path log = temporary.resolve("FILE.ndjson.gz");
        try (InputStream sample = SampleLog.class.getResourceAsStream("sample.ndjson.gz");
                BufferedReader lines =
                        new BufferedReader(new InputStreamReader(new GZIPInputStream(sample), StandardCharsets.UTF_8));
                Writer out = new OutputStreamWriter(
                        new GZIPOutputStream(Files.newOutputStream(log)), StandardCharsets.UTF_8)) {
            String all = lines.lines().limit(LINES).collect(Collectors.joining("\n", "", "\n"));
            out.write(all);
        }
        ChangeLog read = ChangeLogReader.read(log);
        Files.writeString(
                temporary.resolve("TABLE"), read.finalState().firstKey().toString());
        try (Writer out = new OutputStreamWriter(
                new GZIPOutputStream(Files.newOutputStream(temporary.resolve("FILE.tsv.gz"))),
                StandardCharsets.UTF_8)) {
            read.finalState()
                    .forEach((table, rows) -> rows.forEach((key, row) -> {
                        try {
                            var json = StrictJson.MAPPER.readTree(row);
                            out.write(String.join(
                                            "\t",
                                            table.schema(),
                                            table.table(),
                                            key,
                                            json.path("blob").textValue(),
                                            json.path("mode").textValue())
                                    + "\n");
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }));
        }
        Path plugins = Files.createDirectory(temporary.resolve("PLUGINS"));
        packPlugin(plugins.resolve("pack-by-schema.jar"));
        executable("maintainer", ForkedNode.path(ForkedNode.parts()), ForkedNode.MAIN);
        executable("simulate", System.getProperty("java.class.path"), SimulateCommand.class.getName());
    }

    /** As an author's build would make it, from the sources that the README quotes. */
    private static void packPlugin(Path jar) throws Exception {
        Path classes = Path.of(
                        Objects.requireNonNull(PackBySchemaProvider.class.getResource("PackBySchemaProvider.class"))
                                .toURI())
                .getParent();
        String folder = PackBySchemaProvider.class.getPackageName().replace('.', '/') + "/";
        try (OutputStream file = Files.newOutputStream(jar);
                JarOutputStream out = new JarOutputStream(file);
                Stream<Path> files = Files.list(classes)) {
            for (Path type : files.filter(
                            each -> each.getFileName().toString().matches("PackBySchema(Provider)?\\.class"))
                    .sorted()
                    .toList()) {
                out.putNextEntry(new JarEntry(folder + type.getFileName()));
                Files.copy(type, out);
                out.closeEntry();
            }
            out.putNextEntry(new JarEntry("META-INF/services/" + SchedulerProvider.class.getName()));
            out.write(PackBySchemaProvider.class.getName().getBytes(StandardCharsets.UTF_8));
            out.closeEntry();
        }
    }

    private void executable(String name, String classPath, String main) throws IOException {
        Path script = temporary.resolve(name);
        Files.writeString(
                script,
                "#!/bin/sh\nexec '" + Path.of(System.getProperty("java.home"), "bin", "java")
                        + "' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -Dslf4j.internal.verbosity=ERROR -cp '"
                        + classPath
                        + "' " + main + " \"$@\"\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
    }
}
