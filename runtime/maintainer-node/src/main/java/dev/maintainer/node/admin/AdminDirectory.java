package dev.maintainer.node.admin;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;

/**
 * Where a node says how to reach its admin interface, and keeps the token: a directory that only its owner can enter,
 * with files that only the owner can read from the moment they exist.
 */
public final class AdminDirectory {
    private static final String ADDRESS = "admin.json";
    private static final String TOKEN = "token";
    private static final Set<PosixFilePermission> OTHERS = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);

    private final Path path;

    private AdminDirectory(Path path) {
        this.path = path;
    }

    /** The directory of this user, if no other is named. */
    public static Path usual() {
        String runtime = System.getenv("XDG_RUNTIME_DIR");
        return runtime == null || runtime.isEmpty()
                ? Path.of(System.getProperty("java.io.tmpdir"), "maintainer-" + System.getProperty("user.name"))
                : Path.of(runtime, "maintainer");
    }

    /** Makes the directory, or takes one that nobody else can enter. */
    public static AdminDirectory own(Path path) throws MaintainerException {
        try {
            if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                Path parent = path.toAbsolutePath().getParent();
                if (parent != null) {
                    Files.createDirectories(parent);
                }
                Files.createDirectory(path, attributes("rwx------"));
            }
            refuseIfOpen(path);
            return new AdminDirectory(path);
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "cannot use admin directory " + path + ": " + e + "; name another with --admin-dir",
                    e);
        }
    }

    /** The directory of a node that runs, to read what is there. */
    public static AdminDirectory of(Path path) {
        return new AdminDirectory(path);
    }

    private static void refuseIfOpen(Path path) throws IOException {
        if (!Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            throw new IOException("it is not a directory");
        }
        if (isPosix(path)) {
            Set<PosixFilePermission> permissions =
                    EnumSet.copyOf(Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS));
            permissions.retainAll(OTHERS);
            String owner = Files.getOwner(path, LinkOption.NOFOLLOW_LINKS).getName();
            if (!permissions.isEmpty() || !owner.equals(System.getProperty("user.name"))) {
                throw new IOException(
                        "others than " + System.getProperty("user.name") + " can enter it; make it 0700, or remove it");
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
                temporary,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                attributes("rw-------"))) {
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
    AuditLog auditLog() throws IOException {
        Path file = path.resolve("audit.log");
        if (!Files.exists(file)) {
            Files.createFile(file, attributes("rw-------"));
        }
        return new AuditLog(file);
    }

    /** The token of the node that runs. */
    String token() throws MaintainerException {
        return read(TOKEN).strip();
    }

    /** The address of the node that runs, as JSON. */
    String address() throws MaintainerException {
        return read(ADDRESS);
    }

    private String read(String name) {
        try {
            return Files.readString(path.resolve(name));
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.NODE_UNAVAILABLE,
                    "no node keeps its admin interface in " + path + ": " + e
                            + "; start one with 'run --hold', or name its directory with --admin-dir",
                    e);
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
