package dev.maintainer.simulator.seeded;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.tools.FileObject;
import javax.tools.ForwardingJavaFileManager;
import javax.tools.JavaCompiler;
import javax.tools.JavaFileManager;
import javax.tools.JavaFileObject;
import javax.tools.SimpleJavaFileObject;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/** Compiles production sources with a bug in them, in memory. The sources stay as they are. */
final class BugPlanter {
    private final Sources sources;
    /** One for each thread that compiles, for as long as it lives: to open the class path anew takes longer than to compile. */
    private static final ThreadLocal<StandardJavaFileManager> FILES = ThreadLocal.withInitial(
            () -> ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null));

    private final String classPath;

    /**
     * A planter.
     *
     * @param reactor the folder with the modules
     */
    BugPlanter(Path reactor) {
        this.sources = new Sources(reactor);
        Set<String> places = new LinkedHashSet<>();
        for (String name : List.of(
                "dev.maintainer.api.model.NodeId",
                "dev.maintainer.scheduler.spi.Scheduler",
                "dev.maintainer.scheduler.defaults.BalanceSchedulerProvider",
                "dev.maintainer.operator.OperatorController",
                "dev.maintainer.core.MaintainerConfig",
                "dev.maintainer.dispatcher.DispatcherManager",
                "dev.maintainer.coordinator.Coordinator",
                "dev.maintainer.membership.ClusterMembership",
                "dev.maintainer.replication.Source",
                "dev.maintainer.simulator.SimulationSpec",
                "com.google.common.collect.ImmutableList",
                "org.slf4j.Logger",
                "org.jspecify.annotations.Nullable")) {
            placeOf(name, places);
        }
        this.classPath = String.join(System.getProperty("path.separator"), places);
    }

    private static void placeOf(String className, Set<String> places) {
        try {
            Class<?> type = Class.forName(className, false, BugPlanter.class.getClassLoader());
            places.add(Path.of(type.getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString());
        } catch (ClassNotFoundException e) {
            // A library that nobody uses need not be there; the compiler tells if somebody does.
        } catch (java.net.URISyntaxException e) {
            throw new IllegalStateException("strange place of " + className, e);
        }
    }

    /**
     * Looks whether a patch still applies.
     *
     * @throws IllegalStateException if it does not
     */
    void check(Patch patch) {
        sources.of(patch);
    }

    /** The classes of a bug, by name: those whose sources it changes, nested ones included. */
    Map<String, byte[]> plant(SeededBug bug) {
        Map<String, String> changed = new LinkedHashMap<>();
        for (Patch patch : bug.patches()) {
            Sources.Source source = sources.of(patch);
            changed.put(source.className(), patch.applyTo(changed.getOrDefault(source.className(), source.text())));
        }
        return changed.isEmpty() ? Map.of() : compile(bug, changed);
    }

    private Map<String, byte[]> compile(SeededBug bug, Map<String, String> sources) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        List<JavaFileObject> units = new ArrayList<>();
        sources.forEach((name, source) -> units.add(new Source(name, source)));
        StringWriter complaints = new StringWriter();
        Output output = new Output(FILES.get());
        boolean compiled = compiler.getTask(
                        complaints,
                        output,
                        null,
                        List.of("-proc:none", "-nowarn", "-implicit:none", "-cp", classPath),
                        null,
                        units)
                .call();
        if (!compiled) {
            throw new IllegalStateException("bug " + bug.id() + " does not compile: " + complaints);
        }
        return output.classes();
    }

    private static final class Source extends SimpleJavaFileObject {
        private final String text;

        Source(String className, String text) {
            super(URI.create("planted:///" + className.replace('.', '/') + ".java"), Kind.SOURCE);
            this.text = text;
        }

        @Override
        public CharSequence getCharContent(boolean ignoreEncodingErrors) {
            return text;
        }
    }

    private static final class Output extends ForwardingJavaFileManager<JavaFileManager> {
        private final Map<String, ByteArrayOutputStream> written = new LinkedHashMap<>();

        Output(JavaFileManager files) {
            super(files);
        }

        @Override
        public JavaFileObject getJavaFileForOutput(
                Location location, String className, JavaFileObject.Kind kind, FileObject sibling) {
            return new SimpleJavaFileObject(URI.create("planted:///" + className.replace('.', '/') + ".class"), kind) {
                @Override
                public OutputStream openOutputStream() {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    written.put(className, bytes);
                    return bytes;
                }
            };
        }

        Map<String, byte[]> classes() {
            Map<String, byte[]> classes = new LinkedHashMap<>();
            written.forEach((name, bytes) -> classes.put(name, bytes.toByteArray()));
            return classes;
        }
    }
}
