package dev.maintainer.cluster.embedded;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.api.port.MetadataStore;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Metadata in a directory of one machine: one file per changefeed, readable by people, replaced atomically. A crash
 * leaves the old value or the new one. Of a deleted changefeed a second kind of file stays: with its last epoch, so that
 * one that is created again under its name begins above. Thread-safe within one process; only one process may use a directory.
 */
public final class FileMetadataStore implements MetadataStore {
    private static final String SETTING = "setting.";
    private static final String SUFFIX = ".changefeed";
    private static final String DELETED_SUFFIX = ".deleted";

    private interface Operation<T> {
        T run() throws IOException;
    }

    private final Path directory;
    private final ReentrantLock lock = new ReentrantLock();

    /**
     * Opens a directory, and makes it if it is missing.
     *
     * @param directory where the files are; no other process may use it
     * @throws MaintainerException if it cannot be created
     */
    public FileMetadataStore(Path directory) throws MaintainerException {
        this.directory = directory;
        guarded(directory, () -> Files.createDirectories(directory));
    }

    /**
     * Reads everything and writes a file that it takes away again, so that a store that cannot be used is known before
     * anything depends on it.
     *
     * @throws MaintainerException if the directory cannot be read or written, or a file in it is broken
     */
    public void check() throws MaintainerException {
        list();
        Path probe = directory.resolve("probe");
        locked(() -> guarded(probe, () -> replace(probe, "probe\n") && Files.deleteIfExists(probe)));
    }

    @Override
    public Optional<Versioned> read(ChangefeedId changefeed) throws MaintainerException {
        return locked(() -> Optional.ofNullable(load(fileOf(changefeed))));
    }

    @Override
    public List<Versioned> list() throws MaintainerException {
        return locked(() -> {
            List<Path> files = guarded(directory, () -> {
                try (Stream<Path> entries = Files.list(directory)) {
                    return entries.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                            .toList();
                }
            });
            Map<ChangefeedId, Versioned> sorted = new TreeMap<>();
            for (Path file : files) {
                Versioned versioned = load(file);
                if (versioned != null) {
                    sorted.put(versioned.metadata().changefeed(), versioned);
                }
            }
            return new ArrayList<>(sorted.values());
        });
    }

    @Override
    public Optional<Versioned> compareAndSet(long expectedVersion, ChangefeedMetadata metadata)
            throws MaintainerException {
        return locked(() -> {
            Path file = fileOf(metadata.changefeed());
            Versioned held = load(file);
            if ((held == null ? 0 : held.version()) != expectedVersion) {
                return Optional.empty();
            }
            Versioned next = held == null ? first(metadata) : new Versioned(expectedVersion + 1, metadata);
            guarded(file, () -> replace(file, format(next)));
            return Optional.of(next);
        });
    }

    @Override
    public boolean delete(long expectedVersion, ChangefeedId changefeed) throws MaintainerException {
        return locked(() -> {
            Path file = fileOf(changefeed);
            Versioned held = load(file);
            if (held == null || held.version() != expectedVersion) {
                return false;
            }
            return guarded(file, () -> {
                // In this order: a crash in between leaves the changefeed, and the deletion is asked for again.
                replace(deletedFileOf(changefeed), format(new Versioned(held.version() + 1, held.metadata())));
                Files.delete(file);
                AtomicFile.syncDirectory(file);
                return true;
            });
        });
    }

    private Versioned first(ChangefeedMetadata metadata) {
        Versioned deleted = load(deletedFileOf(metadata.changefeed()));
        if (deleted == null) {
            return new Versioned(1, metadata);
        }
        MaintainerEpoch above = deleted.metadata().epoch().next();
        MaintainerEpoch epoch = metadata.epoch().isNewerThan(above) ? metadata.epoch() : above;
        return new Versioned(deleted.version() + 1, metadata.withEpoch(epoch));
    }

    private Path deletedFileOf(ChangefeedId changefeed) {
        return directory.resolve(changefeed.name() + DELETED_SUFFIX);
    }

    private Path fileOf(ChangefeedId changefeed) {
        return directory.resolve(changefeed.name() + SUFFIX);
    }

    private @Nullable Versioned load(Path file) {
        if (!Files.exists(file)) {
            return null;
        }
        return guarded(file, () -> parse(file, Files.readString(file, StandardCharsets.UTF_8)));
    }

    private static boolean replace(Path file, String content) throws IOException {
        AtomicFile.replace(file, content);
        return true;
    }

    private static String format(Versioned versioned) {
        ChangefeedMetadata metadata = versioned.metadata();
        String body = "changefeed=" + metadata.changefeed() + "\nversion=" + versioned.version() + "\nepoch="
                + metadata.epoch() + "\ncheckpointTs=" + metadata.checkpointTs() + "\nstate=" + metadata.state()
                + "\nscheduler=" + metadata.scheduler() + "\nredo=" + metadata.redo()
                + "\n"
                + settings(metadata.configuration());
        return body + "checksum=" + checksum(body) + "\n";
    }

    private static Versioned parse(Path file, String content) {
        int last = content.lastIndexOf("checksum=");
        String body = last < 0 ? "" : content.substring(0, last);
        if (last < 0 || !content.substring(last).equals("checksum=" + checksum(body) + "\n")) {
            throw unreadable(file, "its checksum line is missing or wrong", null);
        }
        Map<String, String> fields = new TreeMap<>();
        body.lines().forEach(line -> {
            int equals = line.indexOf('=');
            if (equals > 0) {
                fields.put(line.substring(0, equals), line.substring(equals + 1));
            }
        });
        try {
            return new Versioned(
                    Long.parseLong(fields.getOrDefault("version", "")),
                    new ChangefeedMetadata(
                            new ChangefeedId(fields.getOrDefault("changefeed", "")),
                            new MaintainerEpoch(Long.parseLong(fields.getOrDefault("epoch", ""))),
                            Long.parseLong(fields.getOrDefault("checkpointTs", "")),
                            DesiredState.valueOf(fields.getOrDefault("state", "")),
                            fields.getOrDefault("scheduler", ""),
                            Boolean.parseBoolean(fields.getOrDefault("redo", "false")),
                            configuration(fields)));
        } catch (IllegalArgumentException e) {
            throw unreadable(file, "it has a bad field: " + e.getMessage(), e);
        }
    }

    /** Keys and values may have any characters; a line of the file may not. */
    private static String settings(ChangefeedConfiguration configuration) {
        StringBuilder lines = new StringBuilder();
        configuration
                .settings()
                .forEach((key, value) -> lines.append(SETTING)
                        .append(encoded(key))
                        .append('=')
                        .append(encoded(value))
                        .append('\n'));
        return lines.toString();
    }

    private static ChangefeedConfiguration configuration(Map<String, String> fields) {
        SortedMap<String, String> settings = new TreeMap<>();
        fields.forEach((field, value) -> {
            if (field.startsWith(SETTING)) {
                settings.put(decoded(field.substring(SETTING.length())), decoded(value));
            }
        });
        return new ChangefeedConfiguration(settings);
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decoded(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String checksum(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(crc.getValue());
    }

    private static MaintainerException unreadable(Path file, String why, @Nullable Throwable cause) {
        return new MaintainerException(
                ErrorCode.METADATA_UNAVAILABLE,
                "metadata file " + file + " cannot be used: " + why
                        + "; restore it from a backup, or delete it and create the changefeed again",
                cause);
    }

    private <T> T locked(Supplier<T> operation) {
        lock.lock();
        try {
            return operation.get();
        } finally {
            lock.unlock();
        }
    }

    private <T> T guarded(Path path, Operation<T> operation) {
        try {
            return operation.run();
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.METADATA_UNAVAILABLE,
                    "metadata at " + path + " cannot be read or written: " + e
                            + "; check that the directory exists, is writable and has room",
                    e);
        }
    }
}
