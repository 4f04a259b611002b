package dev.maintainer.admin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a node says how to reach its admin interface, and keeps the token: a directory that only its owner can enter,
 * with files that only the owner can read from the moment they exist.
 */
public final class AdminDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminDirectory.class);
    private static final String ADDRESS = "admin.json";
    private static final String TOKEN = "token";
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private static final String LOCK = "lock";
    private static final String AUDIT = "audit.log";
    private static final int LONGEST_FILE = 64 << 10;

    /** A file that only its owner can read or write, from the moment it exists. */
    static final FileAttribute<?>[] OWN_FILE = attributes("rw-------");

    private static final FileAttribute<?>[] OWN_DIRECTORY = attributes("rwx------");

    private final Path path;

    /** Holds the lock; null if the directory is not ours. */
    private final @Nullable FileChannel lock;

    private final boolean made;

    private AdminDirectory(Path path, @Nullable FileChannel lock, boolean made) {
        this.path = path;
        this.lock = lock;
        this.made = made;
    }

    /** The directory of this user, if no other is named. */
    public static Path usual() {
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        return runtime == null || runtime.isEmpty()
                ? Path.of(System.getProperty("java.io.tmpdir"), "maintainer-" + System.getProperty("user.name"))
                : Path.of(runtime, "maintainer");
    }

    /**
     * Makes the directory, or takes one that nobody else can enter, for this node alone until {@link #close}.
     *
     * @throws MaintainerException if others can enter it, if another node uses it, or if it cannot be written
     */
    public static AdminDirectory own(Path path) throws MaintainerException {
        try {
            boolean made = !Files.exists(path, LinkOption.NOFOLLOW_LINKS);
            if (made) {
                Path parent = path.toAbsolutePath().getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                Files.createDirectory(path, OWN_DIRECTORY);
            }
            refuseIfOpen(path);
            refuseIfForeign(path, path);
            return new AdminDirectory(path, lock(path), made);
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "cannot use admin directory " + path + ": "
                            + (e instanceof FileSystemException ? e : e.getMessage())
                            + "; name another with --admin-dir",
                    e);
        }
    }

    /**
     * The directory of a node that runs, to read what is there.
     *
     * @throws MaintainerException with {@code NODE_UNAVAILABLE} if no node has said there how to reach it; with
     *     {@code NOT_ALLOWED} if others can enter it or somebody else has made it: who knows what answers there
     */
    public static AdminDirectory of(Path path) throws MaintainerException {
        if (Files.notExists(path.resolve(ADDRESS), LinkOption.NOFOLLOW_LINKS)) {
            throw nobody(path, "there is no " + ADDRESS, null);
        }
        try {
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                refuseIfOpen(path);
                refuseIfForeign(path, Path.of(System.getProperty("java.io.tmpdir")));
            }
            return new AdminDirectory(path, null, false);
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.NOT_ALLOWED,
                    "admin directory " + path + " is not trusted: " + e.getMessage()
                            + "; ask as the user who runs the node, or name another with --admin-dir",
                    e);
        }
    }

    /** It goes with the process, however that ends: what a dead node has left does not count. */
    private static FileChannel lock(Path path) throws IOException {
        FileChannel channel = FileChannel.open(
                path.resolve(LOCK),
                Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS),
                OWN_FILE);
        boolean ours = false;
        try {
            ours = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            // Told below: it is in use, if by this process.
        } finally {
            if (!ours) {
                channel.close();
            }
        }
        if (!ours) {
            throw new IOException("another node keeps its admin interface there");
        }
        return channel;
    }

    /** Lets other nodes use it. */
    @Override
    public void close() throws IOException {
        if (lock != null) {
            lock.close();
        }
    }

    /** Closes it, and removes it if it was made for a node that does not start. */
    void release() {
        try {
            if (made) {
                for (String ours : List.of(LOCK, AUDIT)) {
                    Files.deleteIfExists(path.resolve(ours));
                }
                Files.deleteIfExists(path);
            }
            close();
        } catch (IOException e) {
            LOG.warn("admin directory {}: {}", path, e.toString());
        }
    }

    private static void refuseIfOpen(Path path) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("it is not a directory");
        }
        if (isPosix(path)) {
            Set<PosixFilePermission> permissions =
                    EnumSet.copyOf(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
            permissions.retainAll(OTHERS);
            if (!permissions.isEmpty()) {
                throw new IOException("others can enter it; make it 0700");
            }
        }
    }

    /**
     * A privileged user can enter the directory of anybody, who could have put links there. Only a file that did not
     * exist tells who we are: whoever owns the directory could have made any other.
     *
     * @param scratch where such a file can be made
     */
    private static void refuseIfForeign(Path path, Path scratch) throws IOException {
        if (isPosix(path)) {
            Path own = Files.createTempFile(scratch, "owner", ".tmp");
            try {
                UserPrincipal we = Files.getOwner(own, LinkOption.NOFOLLOW_LINKS);
                if (!we.equals(Files.getOwner(path, LinkOption.NOFOLLOW_LINKS))) {
                    throw new IOException("it is somebody else's");
                }
            } finally {
                Files.deleteIfExists(own);
            }
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] attributes(String permissions) {
        return Path.of("").getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    /** Says where the interface is; the token first, so that whoever sees the address finds it. */
    void publish(String host, int port, String token) throws IOException {
        write(TOKEN, token + "\n");
        write(
                ADDRESS,
                "{\"address\":\"" + host + "\",\"port\":" + port + ",\"pid\":"
                        + ProcessHandle.current().pid() + "}\n");
    }

    private void write(String name, String content) throws IOException {
        Path temporary = path.resolve(name + ".tmp");
        Files.deleteIfExists(temporary);
        try (SeekableByteChannel file = Files.newByteChannel(
                temporary, EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWN_FILE)) {
            file.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
        }
        Files.move(temporary, path.resolve(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Takes back what {@link #publish} said. */
    void withdraw() throws IOException {
        Files.deleteIfExists(path.resolve(ADDRESS));
        Files.deleteIfExists(path.resolve(TOKEN));
    }

    /** Where requests that change something are written down, for ever. */
    AuditLog auditLog() {
        return new AuditLog(path.resolve(AUDIT));
    }

    /**
     * How to reach the node that runs.
     *
     * @throws MaintainerException with {@code NODE_UNAVAILABLE} if no node has said so, or a file is not as a node writes it
     */
    NodeAddress address() throws MaintainerException {
        try {
            return NodeAddress.parse(read(ADDRESS), path.resolve(ADDRESS), read(TOKEN), path.resolve(TOKEN));
        } catch (NoSuchFileException e) {
            throw nobody(path, "there is no " + Path.of(e.getFile()).getFileName(), e);
        } catch (IOException e) {
            throw NodeAddress.unusable(path, "cannot be read: " + e, e);
        }
    }

    /** What is no regular file could keep a reader waiting for ever. */
    private byte[] read(String name) throws IOException {
        Path file = path.resolve(name);
        if (!Files.readAttributes(file, BasicFileAttributes.class).isRegularFile()) {
            throw NodeAddress.unusable(file, "is no regular file", null);
        }
        try (InputStream in = Files.newInputStream(file)) {
            byte[] content = in.readNBytes(LONGEST_FILE + 1);
            if (content.length > LONGEST_FILE) {
                throw NodeAddress.unusable(file, "is longer than " + LONGEST_FILE + " bytes", null);
            }
            return content;
        }
    }

    private static MaintainerException nobody(Path path, String why, @Nullable IOException cause) {
        return new MaintainerException(
                ErrorCode.NODE_UNAVAILABLE,
                "no node keeps its admin interface in " + path + ": " + why
                        + "; start one with 'run --hold', or name its directory with --admin-dir",
                cause);
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
