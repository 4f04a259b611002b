package dev.maintainer.it.loading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.replication.SinkProvider;
import dev.maintainer.scheduler.spi.SchedulerProvider;
import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import javax.tools.JavaCompiler;
import javax.tools.SimpleJavaFileObject;
import javax.tools.ToolProvider;
import org.jspecify.annotations.NullMarked;

/** Compiles a plug-in and makes a jar of it. */
final class PluginBuilder {
    private static final String SERVICES = "META-INF/services/" + SchedulerProvider.class.getName();

    private final SortedMap<String, String> sources = new TreeMap<>();
    private final SortedMap<String, byte[]> entries = new TreeMap<>();
    private final SortedMap<String, String> hidden = new TreeMap<>();

    private PluginBuilder() {}

    static PluginBuilder empty() {
        return new PluginBuilder();
    }

    /** A plug-in with one provider, whose planner tells {@code text} (an expression) as the reason of its plans. */
    static PluginBuilder plugin(String type, String descriptor, String text) {
        return empty().source(type, provider(type, descriptor, text)).services(type);
    }

    /** A descriptor of this name. */
    static String named(String name) {
        return "SchedulerDescriptor.named(\"" + name + "\").builtFor(SpiLevel.of(2))";
    }

    static String provider(String type, String descriptor, String text) {
        int dot = type.lastIndexOf('.');
        return """
                package %s;

                import dev.maintainer.scheduler.spi.*;
                import java.util.List;
                import java.util.SortedMap;

                public final class %s implements SchedulerProvider {
                    @Override public SchedulerDescriptor descriptor() { return %s; }

                    @Override public Scheduler create(SortedMap<String, String> configuration) {
                        return (snapshot, budget) -> Plan.keep(new Reason("TEST", String.valueOf(%s)));
                    }
                }
                """.formatted(type.substring(0, dot), type.substring(dot + 1), descriptor, text);
    }

    PluginBuilder source(String type, String text) {
        sources.put(type, text);
        return this;
    }

    /** Compiled with the others, and not put into the jar. */
    PluginBuilder leftOut(String type, String text) {
        hidden.put(type, text);
        return this;
    }

    PluginBuilder services(String... types) {
        return entry(SERVICES, (String.join("\n", types) + "\n").getBytes(StandardCharsets.UTF_8));
    }

    PluginBuilder entry(String name, byte[] content) {
        entries.put(name, content);
        return this;
    }

    PluginBuilder module(String descriptor) {
        return source("module-info", descriptor);
    }

    Path jar(Path directory, String name) {
        try {
            Path classes = Files.createTempDirectory(directory.getParent(), "classes");
            compile(classes);
            Path jar = directory.resolve(name);
            try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(jar));
                    Stream<Path> files = Files.walk(classes)) {
                for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                    String entry = classes.relativize(file).toString().replace(File.separatorChar, '/');
                    if (hidden.keySet().stream().noneMatch(type -> entry.startsWith(type.replace('.', '/')))) {
                        write(out, entry, Files.readAllBytes(file));
                    }
                }
                for (var entry : entries.entrySet()) {
                    write(out, entry.getKey(), entry.getValue());
                }
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void write(ZipOutputStream out, String name, byte[] content) throws IOException {
        out.putNextEntry(new ZipEntry(name));
        out.write(content);
        out.closeEntry();
    }

    private void compile(Path classes) {
        List<SimpleJavaFileObject> units = new ArrayList<>();
        sources.forEach((type, text) -> units.add(new Source(type, text)));
        hidden.forEach((type, text) -> units.add(new Source(type, text)));
        if (units.isEmpty()) {
            return;
        }
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        String path = Stream.of(SchedulerProvider.class, SinkProvider.class, NodeId.class, NullMarked.class)
                .map(type -> root(type).toString())
                .collect(Collectors.joining(File.pathSeparator));
        StringWriter said = new StringWriter();
        boolean done = compiler.getTask(
                        said,
                        null,
                        null,
                        List.of(
                                "-d",
                                classes.toString(),
                                "--release",
                                "17",
                                "-proc:none",
                                sources.containsKey("module-info") ? "--module-path" : "-classpath",
                                path),
                        null,
                        units)
                .call();
        assertThat(done).as("%s", said).isTrue();
    }

    /** The jar or directory that a class is from. */
    static Path root(Class<?> type) {
        try {
            return Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String type, String text) {
            super(URI.create("string:///" + type.replace('.', '/') + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }
}
