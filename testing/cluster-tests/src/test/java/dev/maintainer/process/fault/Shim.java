package dev.maintainer.process.fault;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A small library that a process loads before all others, and that lets calls of the system fail. */
public final class Shim {
    private static final long PATIENCE_SECONDS = 30;

    private final Path library;

    private Shim(Path library) {
        this.library = library;
    }

    /**
     * Compiles one.
     *
     * @param name of its source among the resources, such as {@code fsync}
     * @param directory where the library goes
     * @return empty if this machine has no C compiler
     */
    public static Optional<Shim> compile(String name, Path directory) throws IOException, InterruptedException {
        Path source = directory.resolve(name + ".c");
        try (InputStream text = Shim.class.getResourceAsStream("/shim/" + name + ".c")) {
            if (text == null) {
                throw new IOException("there is no source of a shim called " + name);
            }
            Files.copy(text, source, StandardCopyOption.REPLACE_EXISTING);
        }
        Path library = directory.resolve(name + ".so");
        Process compiler;
        try {
            compiler = new ProcessBuilder(
                            "cc", "-shared", "-fPIC", "-O1", "-o", library.toString(), source.toString(), "-ldl")
                    .redirectErrorStream(true)
                    .start();
        } catch (IOException e) {
            return Optional.empty();
        }
        if (!compiler.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || compiler.exitValue() != 0) {
            throw new IOException("the shim " + name + " cannot be compiled: "
                    + new String(compiler.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
        }
        return Optional.of(new Shim(library));
    }

    /** {@return the environment of a process that loads it, with one variable that it reads} */
    public Map<String, String> environment(String variable, Path value) {
        return Map.of("LD_PRELOAD", library.toString(), variable, value.toString());
    }
}
