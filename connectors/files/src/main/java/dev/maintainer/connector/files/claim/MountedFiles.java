package dev.maintainer.connector.files.claim;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** A directory of a file system that knows hard links and honours {@code fsync}, local or from another machine. */
public final class MountedFiles implements SharedFiles {
    private static final int PORTION = 1 << 16;
    /** File systems of one machine: listings are never old, and all who use it end with it. Of others it is not known. */
    private static final Set<String> LOCAL = Set.of(
            "apfs",
            "bcachefs",
            "btrfs",
            "ext2",
            "ext3",
            "ext4",
            "f2fs",
            "hfs",
            "ntfs",
            "overlay",
            "ramfs",
            "tmpfs",
            "ufs",
            "xfs",
            "zfs");

    private final Path root;
    /** Where files are made before they have a name; null for somebody who only reads. */
    private final @Nullable String scratch;

    /** Whether all processes that use it are on this machine, and end with it. */
    private final boolean local;

    private final AtomicLong number = new AtomicLong();

    MountedFiles(Path root, @Nullable String scratch, boolean local) {
        this.root = root;
        this.scratch = scratch;
        this.local = local;
    }

    /**
     * For a process that writes.
     *
     * @param root is there
     * @param scratch a directory below {@code root} that only this object uses; to be made before anything is linked
     * @throws IOException if it cannot be known what kind of file system it is
     */
    public static MountedFiles writable(Path root, String scratch) throws IOException {
        return new MountedFiles(
                root, scratch, LOCAL.contains(Files.getFileStore(root).type()));
    }

    /** For somebody who only reads: what is listed may be old. */
    public static MountedFiles readable(Path root) {
        return new MountedFiles(root, null, true);
    }

    /**
     * Tries whether the file system does what is needed.
     *
     * @throws MaintainerException with {@code SINK_UNAVAILABLE} if it does not, and what
     */
    public void check() throws MaintainerException {
        String probe = scratch() + "/.probe";
        try {
            makeDirectory(scratch());
            delete(probe);
            boolean first = link(probe, "first\n", true);
            boolean second = link(probe, "second\n", true);
            String content = read(probe);
            force(scratch());
            delete(probe);
            if (!first || second || !content.equals("first\n")) {
                throw new IOException("of two links of one name " + (first ? second ? "both" : "the wrong one" : "none")
                        + " has won");
            }
        } catch (IOException | UnsupportedOperationException e) {
            throw new MaintainerException(
                    ErrorCode.SINK_UNAVAILABLE,
                    "the file system of " + root + " cannot keep a sink, which needs hard links: " + e
                            + "; check space and permissions, or name a directory elsewhere",
                    e);
        }
    }

    private String scratch() {
        if (scratch == null) {
            throw new IllegalStateException(root + " is only read");
        }
        return scratch;
    }

    @Override
    public Set<String> list(String directory) throws IOException {
        try {
            return names(root.resolve(directory));
        } catch (NoSuchFileException e) {
            return Set.of();
        }
    }

    /** A change of a directory makes a client of a file server read it again. */
    @Override
    public Set<String> listFresh(String directory) throws IOException {
        Path place = root.resolve(directory);
        if (!local && scratch != null) {
            Path touched = place.resolve(".look-" + number.incrementAndGet() + "-"
                    + root.resolve(scratch).getFileName());
            Path anchor = root.resolve(scratch).resolve(".anchor");
            try {
                Files.createLink(touched, anchor);
            } catch (NoSuchFileException e) {
                // Made by the first look; if the directory is not there, this says so.
                Files.write(anchor, new byte[0]);
                Files.createLink(touched, anchor);
            }
            Files.deleteIfExists(touched);
        }
        return names(place);
    }

    private static Set<String> names(Path directory) throws IOException {
        Set<String> names = new HashSet<>();
        try (DirectoryStream<Path> content = Files.newDirectoryStream(directory)) {
            for (Path each : content) {
                String name = String.valueOf(each.getFileName());
                if (!name.startsWith(".")) {
                    names.add(name);
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        } catch (NotDirectoryException e) {
            throw new IOException(directory + " is not a directory", e);
        }
        return names;
    }

    @Override
    public void makeDirectory(String directory) throws IOException {
        Path place = root.resolve(directory);
        if (!Files.isDirectory(place)) {
            Files.createDirectories(place);
        }
    }

    @Override
    public boolean link(String file, String content, boolean outlives) throws IOException {
        return linked(file, content, outlives && !local);
    }

    @Override
    public boolean linkDurably(String file, String content) throws IOException {
        return linked(file, content, true);
    }

    private boolean linked(String file, String content, boolean durably) throws IOException {
        Path target = root.resolve(file);
        String directory = file.substring(0, file.lastIndexOf('/'));
        if (!Files.isDirectory(root.resolve(directory))) {
            throw new NoSuchFileException(file);
        }
        Path temporary = root.resolve(scratch()).resolve(".new-" + number.incrementAndGet());
        try (FileChannel channel =
                FileChannel.open(temporary, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(content);
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (durably) {
                channel.force(true);
            }
        }
        try {
            Files.createLink(target, temporary);
            if (durably) {
                force(directory);
            }
            return true;
        } catch (FileAlreadyExistsException e) {
            // A file server says this, too, if its first answer was lost and it is asked again.
            return hasOtherName(temporary);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    private static boolean hasOtherName(Path file) throws IOException {
        Object links;
        try {
            links = Files.getAttribute(file, "unix:nlink");
        } catch (UnsupportedOperationException | IllegalArgumentException e) {
            return false;
        }
        return links instanceof Integer count && count > 1;
    }

    @Override
    public String read(String file) throws IOException {
        Path path = root.resolve(file);
        requireFile(path);
        return Files.readString(path);
    }

    /**
     * Refuses what is there and is no file, before it is opened: of a pipe nobody would ever read anything.
     *
     * @param path of what is to be read
     * @throws IOException if it is something else; it says what to do
     */
    public static void requireFile(Path path) throws IOException {
        if (Files.exists(path) && !Files.isRegularFile(path)) {
            throw new IOException("it is no file, but a directory, a pipe or a device; remove it");
        }
    }

    @Override
    public Log create(String log) throws IOException {
        return AppendFile.create(root.resolve(log));
    }

    @Override
    public Extent measure(String log) throws IOException {
        Path path = root.resolve(log);
        requireFile(path);
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            if (scratch != null) {
                channel.force(true);
            }
            return firstBytes(channel, wholeLines(channel));
        } catch (NoSuchFileException e) {
            return Extent.NONE;
        }
    }

    /** Where the last line that is complete ends. */
    private static long wholeLines(FileChannel channel) throws IOException {
        ByteBuffer portion = ByteBuffer.allocate(PORTION);
        long end = channel.size();
        while (end > 0) {
            long start = Math.max(0, end - PORTION);
            portion.clear().limit(Math.toIntExact(end - start));
            read(channel, portion, start);
            for (int i = portion.position() - 1; i >= 0; i--) {
                if (portion.get(i) == '\n') {
                    return start + i + 1;
                }
            }
            end = start;
        }
        return 0;
    }

    private static Extent firstBytes(FileChannel channel, long length) throws IOException {
        CRC32C checksum = new CRC32C();
        ByteBuffer portion = ByteBuffer.allocate(PORTION);
        long position = 0;
        while (position < length) {
            portion.clear().limit(Math.toIntExact(Math.min(PORTION, length - position)));
            read(channel, portion, position);
            position += portion.position();
            checksum.update(portion.flip());
        }
        return new Extent(length, checksum.getValue());
    }

    private static void read(FileChannel channel, ByteBuffer portion, long start) throws IOException {
        long position = start;
        while (portion.hasRemaining()) {
            int read = channel.read(portion, position);
            if (read < 0) {
                throw new IOException("it became shorter while it was read");
            }
            position += read;
        }
    }

    @Override
    public void force(String directory) throws IOException {
        try (FileChannel channel = FileChannel.open(root.resolve(directory), StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public void delete(String file) throws IOException {
        try {
            Files.deleteIfExists(root.resolve(file));
        } catch (DirectoryNotEmptyException e) {
            // Stays, as it should.
            return;
        }
    }

    @Override
    public void remove(String directory) throws IOException {
        Path place = root.resolve(directory);
        try (DirectoryStream<Path> content = Files.newDirectoryStream(place)) {
            for (Path each : content) {
                Files.deleteIfExists(each);
            }
        } catch (NoSuchFileException e) {
            return;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
        delete(directory);
    }
}
