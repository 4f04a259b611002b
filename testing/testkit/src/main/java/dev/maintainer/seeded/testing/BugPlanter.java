package dev.maintainer.seeded.testing;

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
public final class BugPlanter {
    private final Sources sources;
    /** One for each thread that compiles, for as long as it lives: to open the class path anew takes longer than to compile. */
    private static final ThreadLocal<StandardJavaFileManager> FILES = ThreadLocal.withInitial(
            () -> ToolProvider.getSystemJavaCompiler().getStandardFileManager(null, null, null));

    private final String classPath;

    /**
     * A planter.
     *
     * @param reactor the folder with the modules
     * @param neighbours a class of each module and library that planted sources are compiled against; those that are not there
     *     are left out
     */
    public BugPlanter(Path reactor, List<String> neighbours) {
        this.sources = new Sources(reactor);
        Set<String> places = new LinkedHashSet<>();
        neighbours.forEach(name -> placeOf(name, places));
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
     * @param patch what is to be changed
     * @throws IllegalStateException if it does not; says where it would
     */
    public void check(Patch patch) {
        sources.of(patch);
    }

    /**
     * Makes the classes of a bug.
     *
     * @param bug its name, for errors
     * @param patches what makes it
     * @return the classes whose sources it changes, nested ones included, by name
     * @throws IllegalStateException if a patch does not apply any more, or does not compile
     */
    public Map<String, byte[]> plant(String bug, List<Patch> patches) {
        Map<String, String> changed = new LinkedHashMap<>();
        for (Patch patch : patches) {
            Sources.Source source = sources.of(patch);
            changed.put(source.className(), patch.applyTo(changed.getOrDefault(source.className(), source.text())));
        }
        return changed.isEmpty() ? Map.of() : compile(bug, changed);
    }

    private Map<String, byte[]> compile(String bug, Map<String, String> sources) {
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
            throw new IllegalStateException("bug " + bug + " does not compile: " + complaints);
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
