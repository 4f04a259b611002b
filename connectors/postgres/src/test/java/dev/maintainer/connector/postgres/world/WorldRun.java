package dev.maintainer.connector.postgres.world;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What came of a world.
 *
 * @param violated null if all was well
 * @param story what happened
 */
record WorldRun(@Nullable Violated violated, List<String> story) {
    static WorldRun of(long seed) {
        try {
            Path directory = Files.createTempDirectory("world");
            try {
                Files.createDirectory(directory.resolve("spool"));
                World world = new World(seed, directory);
                try {
                    world.run();
                    return new WorldRun(null, world.story());
                } catch (Violated e) {
                    return new WorldRun(e, world.story());
                }
            } finally {
                delete(directory);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
