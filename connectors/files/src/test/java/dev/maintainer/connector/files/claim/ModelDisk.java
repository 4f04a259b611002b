package dev.maintainer.connector.files.claim;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/**
 * A directory that several processes share, with the liberties that file servers take: a listing may be one of any earlier
 * moment that the process has not seen the end of, sizes that are not asked for afresh may be old, and {@code fsync} fails.
 */
final class ModelDisk {
    private final SplittableRandom random;
    private final Map<String, StringBuilder> files = new HashMap<>();
    private final Map<String, List<Set<String>>> directories = new HashMap<>();
    private final Set<String> unwritable = new HashSet<>();
    private final int failures;

    /**
     * An empty one.
     *
     * @param failures of so many times that a log is forced, one fails; 0 for none
     */
    ModelDisk(SplittableRandom random, int failures) {
        this.random = random;
        this.failures = failures;
        directories.put(SegmentName.SEGMENTS, new ArrayList<>(List.of(Set.of())));
    }

    private static String directoryOf(String file) {
        return file.substring(0, file.lastIndexOf('/'));
    }

    private void enter(String file, boolean there) throws NoSuchFileException {
        List<Set<String>> versions = directories.get(directoryOf(file));
        if (versions == null) {
            throw new NoSuchFileException(file);
        }
        Set<String> next = new TreeSet<>(versions.get(versions.size() - 1));
        String name = file.substring(file.lastIndexOf('/') + 1);
        if (there) {
            next.add(name);
        } else {
            next.remove(name);
        }
        versions.add(next);
    }

    /** Whether a log could not be forced: what was not forced before may be lost. */
    boolean hasFailed(String log) {
        return unwritable.contains(log);
    }

    /** The claims of a table as they are. */
    Set<String> names(String directory) {
        List<Set<String>> versions = directories.get(directory);
        return versions == null ? Set.of() : versions.get(versions.size() - 1);
    }

    private static Extent wholeLines(CharSequence content) {
        String text = content.toString();
        byte[] bytes = text.substring(0, text.lastIndexOf('\n') + 1).getBytes(StandardCharsets.UTF_8);
        CRC32C checksum = new CRC32C();
        checksum.update(bytes);
        return new Extent(bytes.length, checksum.getValue());
    }

    /** As one process sees it. */
    final class View implements SharedFiles {
        private final Interleaving.Turns turns;
        private final Map<String, Integer> seen = new HashMap<>();
        private final Map<String, Extent> cached = new HashMap<>();

        View(Interleaving.Turns turns) {
            this.turns = turns;
        }

        @Override
        public Set<String> list(String directory) {
            turns.take();
            List<Set<String>> versions = directories.get(directory);
            if (versions == null) {
                return Set.of();
            }
            int from = Math.min(seen.getOrDefault(directory, 0), versions.size() - 1);
            int version = from + random.nextInt(versions.size() - from);
            seen.put(directory, version);
            return versions.get(version);
        }

        @Override
        public Set<String> listFresh(String directory) throws NoSuchFileException {
            turns.take();
            List<Set<String>> versions = directories.get(directory);
            if (versions == null) {
                throw new NoSuchFileException(directory);
            }
            seen.put(directory, versions.size() - 1);
            return versions.get(versions.size() - 1);
        }

        @Override
        public void makeDirectory(String directory) {
            turns.take();
            directories.computeIfAbsent(directory, any -> new ArrayList<>(List.of(Set.of())));
        }

        @Override
        public boolean link(String file, String content, boolean outlives) throws IOException {
            turns.take();
            if (files.containsKey(file)) {
                return false;
            }
            enter(file, true);
            files.put(file, new StringBuilder(content));
            return true;
        }

        @Override
        public boolean linkDurably(String file, String content) throws IOException {
            return link(file, content, true);
        }

        @Override
        public String read(String file) throws NoSuchFileException {
            turns.take();
            StringBuilder content = files.get(file);
            if (content == null) {
                throw new NoSuchFileException(file);
            }
            return content.toString();
        }

        @Override
        public Log create(String log) throws IOException {
            turns.take();
            if (files.containsKey(log)) {
                throw new IOException(log + " is there");
            }
            enter(log, true);
            files.put(log, new StringBuilder());
            return new Log() {
                private Extent written = Extent.NONE;

                @Override
                public void append(String text) throws IOException {
                    StringBuilder content = files.get(log);
                    if (content == null) {
                        throw new NoSuchFileException(log);
                    }
                    if (unwritable.contains(log)) {
                        throw new AssertionError(log + " is written after a write that failed");
                    }
                    turns.take();
                    // Others may see a part of it.
                    int half = text.length() / 2;
                    content.append(text, 0, half);
                    turns.take();
                    content.append(text, half, text.length());
                    turns.take();
                    if (failures > 0 && random.nextInt(failures) == 0) {
                        unwritable.add(log);
                        throw new IOException("Input/output error");
                    }
                    written = wholeLines(content);
                }

                @Override
                public Extent extent() {
                    return written;
                }
            };
        }

        @Override
        public Extent measure(String log) {
            turns.take();
            StringBuilder content = files.get(log);
            Extent extent = content == null ? Extent.NONE : wholeLines(content);
            cached.put(log, extent);
            return extent;
        }

        /** As a handle says that was opened earlier. */
        Extent measureCached(String log) {
            Extent known = cached.get(log);
            return known == null ? measure(log) : known;
        }

        @Override
        public void force(String directory) {
            turns.take();
        }

        @Override
        public void delete(String file) throws IOException {
            turns.take();
            if (files.remove(file) != null) {
                enter(file, false);
            }
        }

        @Override
        public void remove(String directory) {
            turns.take();
            for (String name : names(directory)) {
                files.remove(directory + "/" + name);
            }
            directories.remove(directory);
        }
    }
}
