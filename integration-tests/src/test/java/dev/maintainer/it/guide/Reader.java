package dev.maintainer.it.guide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.it.loading.ForkedNode;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Somebody who does what a page says, word by word: writes the files that it shows, and runs the commands that it names.
 * A file is a fenced block with its path alone above it, in backquotes; commands are the blocks of {@code sh}, and each line
 * of a block of {@code console} must be a part of what they say.
 */
final class Reader {
    private static final Pattern FILE =
            Pattern.compile("^`([^`\n]+)`\n\n```[a-z]+\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern COMMANDS = Pattern.compile("^```sh\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern OUTPUT =
            Pattern.compile("^```console\n(.*?)^```$", Pattern.DOTALL | Pattern.MULTILINE);

    private final Path temporary;
    private final String page;

    Reader(Path temporary, Path page) throws IOException {
        this.temporary = temporary;
        this.page = Files.readString(page);
    }

    /** Writes the files into a folder, and returns their paths in the order of the page. */
    List<String> write(Path project) throws IOException {
        List<String> written = new ArrayList<>();
        Matcher files = FILE.matcher(page);
        while (files.find()) {
            Path file = project.resolve(files.group(1));
            Files.createDirectories(file.getParent());
            Files.writeString(file, files.group(2));
            written.add(files.group(1));
        }
        return written;
    }

    /** Runs the commands in a folder until one fails, which fails the test; returns what they said. */
    String run(Path project) throws Exception {
        String script = blocks(COMMANDS).collect(Collectors.joining());
        assertThat(script).as("commands of the page").contains("mvn verify", "/maintainer\" run");
        Path output = temporary.resolve("said.txt");
        ProcessBuilder shell = new ProcessBuilder("bash", "-euc", script)
                .directory(project.toFile())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile());
        Path bin = Files.createDirectories(temporary.resolve("bin"));
        Path maintainer = Files.createDirectories(temporary.resolve("maintainer"));
        command(maintainer.resolve("maintainer"), node());
        shell.environment().put("PATH", bin + File.pathSeparator + System.getenv("PATH"));
        shell.environment().put("MAINTAINER", maintainer.toString());
        shell.environment().put("JAVA_HOME", System.getProperty("java.home"));
        boolean succeeded;
        try (MavenBuild maven = new MavenBuild(temporary)) {
            command(bin.resolve("mvn"), maven.command());
            Process process = shell.start();
            succeeded = process.waitFor(5, TimeUnit.MINUTES);
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            succeeded &= process.destroyForcibly().waitFor() == 0;
        }
        String said = Files.readString(output);
        assertThat(succeeded).as("the commands of the page said:%n%s", said).isTrue();
        assertThat(promised())
                .as("output that the page shows")
                .isNotEmpty()
                .allSatisfy(line -> assertThat(said).contains(line));
        return said;
    }

    /** The lines of output that the page shows. */
    private List<String> promised() {
        return blocks(OUTPUT).flatMap(String::lines).map(String::strip).toList();
    }

    private Stream<String> blocks(Pattern kind) {
        return kind.matcher(page).results().map(found -> found.group(1));
    }

    /** What the launcher would start, but for its own build: this test may be a part of one. */
    private static List<String> node() throws ClassNotFoundException {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                ForkedNode.path(ForkedNode.parts()),
                ForkedNode.MAIN);
    }

    private static void command(Path script, List<String> words) throws IOException {
        String quoted = words.stream().map(word -> "'" + word + "'").collect(Collectors.joining(" "));
        Files.writeString(script, "#!/bin/sh\nexec " + quoted + " \"$@\"\n");
        assertThat(script.toFile().setExecutable(true)).isTrue();
    }

    /** Copies a project without what was built in it. */
    static Path copy(Path project, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(project)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path relative = project.relativize(file);
                if (!relative.startsWith("target")) {
                    Path target = to.resolve(relative);
                    Files.createDirectories(target.getParent());
                    Files.copy(file, target);
                }
            }
        }
        return to;
    }
}
