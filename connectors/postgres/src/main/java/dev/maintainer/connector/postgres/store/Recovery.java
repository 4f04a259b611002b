package dev.maintainer.connector.postgres.store;

import dev.maintainer.connector.postgres.store.Records.BlockBody;
import dev.maintainer.connector.postgres.store.Records.Body;
import dev.maintainer.connector.postgres.store.Records.Commit;
import dev.maintainer.connector.postgres.store.Records.Definition;
import dev.maintainer.connector.postgres.store.Records.Header;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a store has left in its directory. What no commit has made valid at the end of the last file was being written
 * when the process ended, and is cut off. Anything else that does not fit means that nothing can be relied on, as does the form of
 * another release.
 */
final class Recovery {
    private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

    private final StoreSettings settings;
    private final List<Segment> segments = new ArrayList<>();
    private final List<StoredBlock> blocks = new ArrayList<>();
    private final List<Commit> commits = new ArrayList<>();
    /** Many blocks have the same ones. */
    private final Map<String, String> texts = new HashMap<>();

    private Recovery(StoreSettings settings) {
        this.settings = settings;
    }

    /** Whatever there is; nothing if it is damaged or belongs to another origin. Then the files are deleted. */
    static Recovery of(StoreSettings settings) throws IOException {
        Files.createDirectories(settings.directory());
        SortedMap<Long, Path> files = files(settings.directory());
        Recovery recovery = new Recovery(settings);
        boolean usable = false;
        try {
            usable = recovery.readAll(files);
        } catch (IOException e) {
            LOG.warn("{} cannot be used, so the source is read again: {}", settings.directory(), e.toString());
        } finally {
            if (!usable) {
                recovery.close();
            }
        }
        if (usable) {
            return recovery;
        }
        for (Path file : files.values()) {
            Files.deleteIfExists(file);
        }
        return new Recovery(settings);
    }

    static SortedMap<Long, Path> files(Path directory) throws IOException {
        SortedMap<Long, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(directory)) {
            all.filter(path -> Segment.numberOf(path) >= 0).forEach(path -> files.put(Segment.numberOf(path), path));
        }
        return files;
    }

    List<Segment> segments() {
        return segments;
    }

    List<StoredBlock> blocks() {
        return blocks;
    }

    /** The transactions with which something became valid, in their order. */
    List<Commit> commits() {
        return commits;
    }

    private void close() throws IOException {
        for (Segment segment : segments) {
            segment.close();
        }
    }

    private boolean readAll(SortedMap<Long, Path> files) throws IOException {
        for (Map.Entry<Long, Path> file : files.entrySet()) {
            boolean isLast = file.getKey().equals(files.lastKey());
            if (!read(file.getKey(), file.getValue(), isLast)) {
                return false;
            }
        }
        return true;
    }

    private boolean read(long number, Path path, boolean isLast) throws IOException {
        try (InputStream in = new BufferedInputStream(Files.newInputStream(path))) {
            long longest = Files.size(path);
            @Nullable Body first = nextBody(in, longest);
            if (first == null && isLast) {
                // It was being made.
                Files.delete(path);
                return true;
            }
            if (!(first instanceof Header header) || !header.origin().equals(settings.origin())) {
                return false;
            }
            Segment before = segments.isEmpty() ? null : segments.get(segments.size() - 1);
            if (before != null && header.afterTs() != before.lastTs()) {
                return false;
            }
            RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
            Segment segment = new Segment(number, path, file, longest, header.afterTs());
            segments.add(segment);
            long valid = readRecords(in, segment, longest);
            if (valid < longest) {
                if (!isLast) {
                    return false;
                }
                segment.cut(valid);
            }
            return true;
        }
    }

    private static @Nullable Body nextBody(InputStream in, long longest) throws IOException {
        byte[] record = Records.next(in, longest);
        return record == null ? null : Records.parse(record);
    }

    /** Says up to where the file counts. */
    private long readRecords(InputStream in, Segment segment, long longest) throws IOException {
        Map<Integer, String> definitions = new HashMap<>();
        List<StoredBlock> open = new ArrayList<>();
        Records header = new Records();
        header.header(settings.origin(), segment.afterTs());
        long at = header.length();
        long valid = at;
        for (byte[] record = Records.next(in, longest); record != null; record = Records.next(in, longest)) {
            Body body = Records.parse(record);
            if (body instanceof Definition definition) {
                definitions.put(
                        definition.number(), texts.computeIfAbsent(definition.text(), text -> definition.text()));
            } else if (body instanceof BlockBody block) {
                open.add(block(segment, at, record.length, block, definitions));
            } else if (body instanceof Commit commit) {
                blocks.addAll(open);
                open.forEach(each -> segment.tables().add(each.table()));
                open.clear();
                commits.add(commit);
                segment.committed(commit.ts());
                valid = at + record.length;
            }
            at += record.length;
        }
        return valid;
    }

    private static StoredBlock block(
            Segment segment, long at, int length, BlockBody body, Map<Integer, String> definitions) throws IOException {
        List<String> own = new ArrayList<>(body.definitions().size());
        for (Integer number : body.definitions()) {
            String text = definitions.get(number);
            if (text == null) {
                throw new IOException("a block with definition " + number + ", which is not there");
            }
            own.add(text);
        }
        return new StoredBlock(
                segment, body.table(), at, length, body.count(), body.firstTs(), body.lastTs(), List.copyOf(own));
    }
}
