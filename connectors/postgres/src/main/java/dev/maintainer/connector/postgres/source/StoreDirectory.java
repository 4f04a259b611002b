package dev.maintainer.connector.postgres.source;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.connector.postgres.reader.KnownSource;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A directory that one opening of a source has for itself, as long as it lasts. A former opening may still be using its own;
 * then this one gets another.
 */
final class StoreDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StoreDirectory.class);

    private static final int MOST = 8;
    private static final String KNOWN = "source";

    private final Path path;
    private final @Nullable FileChannel lock;

    private StoreDirectory(Path path, @Nullable FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    /**
     * Takes a directory.
     *
     * @param parent has it; null for one that nobody finds again, which is deleted in the end
     * @throws MaintainerException with {@code SOURCE_UNAVAILABLE} if none can be used
     */
    static StoreDirectory claim(@Nullable Path parent) {
        try {
            if (parent == null) {
                return new StoreDirectory(Files.createTempDirectory("maintainer-source-"), null);
            }
            StoreDirectory claimed = null;
            for (int i = 0; i < MOST; i++) {
                Path path = parent.resolve(i == 0 ? "store" : "store-" + i);
                if (claimed == null) {
                    claimed = tryClaim(path);
                } else if (Files.exists(path)) {
                    deleteUnlessUsed(path);
                }
            }
            if (claimed != null) {
                return claimed;
            }
            throw unusable(parent, "all " + MOST + " directories in it are used");
        } catch (IOException e) {
            throw unusable(parent, e.toString());
        }
    }

    private static MaintainerException unusable(@Nullable Path parent, String why) {
        return new MaintainerException(
                ErrorCode.SOURCE_UNAVAILABLE,
                "rows of the source cannot be kept in " + parent + ": " + why
                        + "; make room, or correct the directory");
    }

    private static @Nullable StoreDirectory tryClaim(Path path) throws IOException {
        Files.createDirectories(path);
        FileChannel channel =
                FileChannel.open(path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean taken = false;
        try {
            taken = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // By another opening in this process.
        } finally {
            if (!taken) {
                channel.close();
            }
        }
        return taken ? new StoreDirectory(path, channel) : null;
    }

    private static void deleteUnlessUsed(Path path) throws IOException {
        StoreDirectory unused = tryClaim(path);
        if (unused != null) {
            delete(path);
            unused.close();
        }
    }

    private static void delete(Path path) throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }

    /** {@return whether what is in it may be found again} */
    boolean isKept() {
        return lock != null;
    }

    Path rows() {
        return path.resolve("rows");
    }

    /** {@return for transactions that are not complete} */
    Path spool() throws MaintainerException {
        try {
            return Files.createDirectories(path.resolve("open"));
        } catch (IOException e) {
            throw unusable(path, e.toString());
        }
    }

    /** {@return what the rows in it were read from; empty if that is not known} */
    Optional<KnownSource> known() {
        try {
            List<String> lines = Files.readAllLines(path.resolve(KNOWN));
            return lines.size() < 4
                    ? Optional.empty()
                    : Optional.of(new KnownSource(
                            lines.get(0),
                            Long.parseLong(lines.get(1)),
                            Integer.parseInt(lines.get(2)),
                            Long.parseLong(lines.get(3))));
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Keeps what the rows in it are read from. */
    void keep(KnownSource known) {
        String text = String.join(
                "\n",
                known.systemId(),
                Long.toString(known.databaseOid()),
                Integer.toString(known.timeline()),
                Long.toString(known.publicationOid()));
        try {
            Path next = Files.writeString(path.resolve(KNOWN + ".next"), text);
            Files.move(next, path.resolve(KNOWN), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn("what the rows in {} are read from cannot be kept: {}", path, e.toString());
        }
    }

    @Override
    public void close() {
        try {
            if (lock == null) {
                delete(path);
            } else {
                lock.close();
            }
        } catch (IOException e) {
            LOG.warn("{} cannot be given back: {}", path, e.toString());
        }
    }
}
