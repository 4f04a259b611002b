package dev.maintainer.connector.postgres.store;

import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** The disk of a process that keeps a store: what was made durable outlives the process, and of the rest nobody knows what is there. */
public final class DrivenStore {
    /** Something is about to become durable. */
    public interface BeforeForce {
        /** Up to where it is, as soon as that has happened. */
        void durable(long ts);
    }

    private static final long BYTES = 1 << 20;
    private static final long SEGMENT_BYTES = 900;

    private final Path directory;
    private final BeforeForce listener;
    private final Map<String, Long> forced = new HashMap<>();

    /** A disk with nothing on it. */
    public DrivenStore(Path directory, BeforeForce listener) {
        this.directory = directory;
        this.listener = listener;
    }

    /** Opens what is there. */
    public EventStore open(String origin) {
        return EventStore.openWithoutThread(
                new StoreSettings(directory, origin, true, BYTES, SEGMENT_BYTES), segment -> {
                    listener.durable(segment.lastTs());
                    forced.put(segment.path().getFileName().toString(), segment.length());
                });
    }

    /** Writes what waits. */
    public static boolean writeWaiting(EventStore store) {
        return store.writeWaiting();
    }

    /** The machine was switched off: of what was not made durable some is there, and the last of it may be anything. */
    public void tear(SplittableRandom random) {
        try {
            for (Path file : files()) {
                long durable = forced.getOrDefault(file.getFileName().toString(), 0L);
                long length = Files.size(file);
                if (length > durable) {
                    List<Long> ends = ends(file, durable);
                    boolean isBetween = !ends.isEmpty() && random.nextInt(2) == 0;
                    long left = isBetween
                            ? ends.get(random.nextInt(ends.size()))
                            : durable + random.nextLong(length - durable + 1);
                    tear(file, left, isBetween ? left : durable, random);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where records end that were not made durable: a disk may have them up to there. */
    private static List<Long> ends(Path path, long durable) throws IOException {
        List<Long> ends = new ArrayList<>();
        long longest = Files.size(path);
        try (InputStream in = Files.newInputStream(path)) {
            long at = 0;
            for (byte[] record = Records.next(in, longest); record != null; record = Records.next(in, longest)) {
                at += record.length;
                if (at > durable) {
                    ends.add(at);
                }
            }
        }
        return ends;
    }

    private static void tear(Path path, long length, long durable, SplittableRandom random) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw")) {
            file.setLength(length);
            if (length > durable && random.nextInt(3) == 0) {
                long at = durable + random.nextLong(length - durable);
                file.seek(at);
                int present = file.read();
                file.seek(at);
                file.write(present ^ (1 + random.nextInt(255)));
            }
        }
    }

    /** The disk was lost. */
    public void lose() {
        try {
            for (Path file : files()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        forced.clear();
    }

    private List<Path> files() throws IOException {
        if (!Files.isDirectory(directory)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(directory)) {
            return all.sorted().toList();
        }
    }
}
