package dev.maintainer.seeded.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The production sources of the reactor, and those of the simulator. Read once; immutable. */
final class Sources {
    private static final String MAIN = "src/main/java";

    /**
     * One top-level class.
     *
     * @param className with its package
     */
    record Source(String className, String text) {
        String simpleName() {
            return className.substring(className.lastIndexOf('.') + 1);
        }
    }

    private final Map<String, Source> byName = new TreeMap<>();

    /**
     * Reads them.
     *
     * @param reactor the folder with the modules
     */
    Sources(Path reactor) {
        try (Stream<Path> files = Files.find(
                reactor, 16, (file, attributes) -> file.toString().endsWith(".java") && isMain(reactor, file))) {
            files.forEach(this::read);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isMain(Path reactor, Path file) {
        String inside = reactor.relativize(file).toString().replace('\\', '/');
        return inside.contains("/" + MAIN + "/dev/") && !inside.startsWith("examples/") && !inside.contains("/target/");
    }

    private void read(Path file) {
        String path = file.toString().replace('\\', '/');
        String name = path.substring(path.lastIndexOf(MAIN) + MAIN.length() + 1, path.length() - ".java".length());
        try {
            String className = name.replace('/', '.');
            byName.put(className, new Source(className, Files.readString(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The source that a patch is about.
     *
     * @throws IllegalStateException if there is none, or more than one; says where the patch would fit
     */
    Source of(Patch patch) {
        List<Source> named = byName.values().stream()
                .filter(source -> source.simpleName().equals(patch.type()))
                .toList();
        List<Source> fitting = fitting(named, patch);
        if (fitting.isEmpty() && named.isEmpty()) {
            fitting = fitting(List.copyOf(byName.values()), patch);
        }
        if (fitting.size() != 1) {
            throw new IllegalStateException("plant it anew: " + patch.type() + " has not exactly once: "
                    + patch.original() + "; this fits "
                    + fitting(List.copyOf(byName.values()), patch).stream()
                            .map(Source::className)
                            .toList());
        }
        return fitting.get(0);
    }

    private static List<Source> fitting(List<Source> sources, Patch patch) {
        List<Source> fitting = new ArrayList<>();
        for (Source source : sources) {
            if (patch.occurrences(source.text()) == 1) {
                fitting.add(source);
            }
        }
        return fitting;
    }
}
