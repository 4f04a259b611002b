package dev.maintainer.node.server;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The local directory of a node. Whoever holds its lock on the same boot of the machine as the process before knows that this
 * one is dead: nobody has to wait for its lease then. On a file system of several machines that would not be so, and it is
 * refused.
 */
final class DataDirectory implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataDirectory.class);
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");
    private static final Set<String> SHARED = Set.of("nfs", "nfs4", "cifs", "smb", "smb2", "smb3", "9p", "fuse.sshfs");
    private static final int RANDOM_BYTES = 8;

    private final Path directory;
    private final FileChannel channel;
    private final FileLock lock;
    private final NodeId id;
    private final String boot;
    private final @Nullable NodeId predecessor;

    private DataDirectory(
            Path directory, FileChannel channel, FileLock lock, NodeId id, String boot, @Nullable NodeId predecessor) {
        this.directory = directory;
        this.channel = channel;
        this.lock = lock;
        this.id = id;
        this.boot = boot;
        this.predecessor = predecessor;
    }

    /**
     * Takes the directory for a process, and makes it if it is not there.
     *
     * @param name of the node
     * @throws MaintainerException with {@code BAD_CONFIGURATION} if another process has it, or it cannot be used
     */
    static DataDirectory take(Path directory, String name) {
        try {
            Files.createDirectories(directory);
            String type = Files.getFileStore(directory).type().toLowerCase(Locale.ROOT);
            if (SHARED.contains(type)) {
                throw new MaintainerException(
                        ErrorCode.BAD_CONFIGURATION,
                        "node.data_dir " + directory + " is on a file system of type " + type
                                + ", which other machines may use as well; name a local directory");
            }
            FileChannel channel =
                    FileChannel.open(directory.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            boolean taken = false;
            try {
                FileLock lock = tryLock(channel);
                if (lock == null) {
                    throw new MaintainerException(
                            ErrorCode.BAD_CONFIGURATION,
                            "node.data_dir " + directory
                                    + " belongs to a process that runs; end it, or name another directory");
                }
                NodeId id = fresh(name);
                String boot = bootId();
                @Nullable NodeId predecessor = predecessor(directory, boot);
                taken = true;
                return new DataDirectory(directory, channel, lock, id, boot, predecessor);
            } finally {
                if (!taken) {
                    channel.close();
                }
            }
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "node.data_dir " + directory + " cannot be used: " + e
                            + "; name a directory where this user may write",
                    e);
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    private static NodeId fresh(String name) {
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        return new NodeId(name + "." + HexFormat.of().formatHex(random));
    }

    /** Empty where the system does not say. */
    private static String bootId() throws IOException {
        return Files.isReadable(BOOT) ? Files.readString(BOOT).strip() : "";
    }

    private static Path last(Path directory) {
        return directory.resolve("last-id");
    }

    private static @Nullable NodeId predecessor(Path directory, String boot) throws IOException {
        if (boot.isEmpty() || !Files.isReadable(last(directory))) {
            return null;
        }
        List<String> lines = Files.readAllLines(last(directory));
        return lines.size() == 2 && lines.get(1).equals(boot) && !lines.get(0).isBlank()
                ? new NodeId(lines.get(0))
                : null;
    }

    /**
     * The process has become a member: the next one in this directory takes its place. A process that never came so far does
     * not stand between the two.
     */
    void remember() {
        Path next = directory.resolve("last-id.next");
        try {
            Files.writeString(next, id + "\n" + boot + "\n");
            try (FileChannel written = FileChannel.open(next, StandardOpenOption.WRITE)) {
                written.force(true);
            }
            Files.move(next, last(directory), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            LOG.warn(
                    "{} cannot be written, so the next start of this node waits for the lease of this one: {}",
                    last(directory),
                    e.toString());
        }
    }

    /** The id of this process; no other has it. */
    NodeId id() {
        return id;
    }

    /** The random part of the id, as a number that no other process has. */
    long seed() {
        String text = id.value();
        return Long.parseUnsignedLong(text.substring(text.lastIndexOf('.') + 1), 16) & (Long.MAX_VALUE >>> 1);
    }

    /** The process before, if it is dead for certain; else null. */
    @Nullable
    NodeId predecessor() {
        return predecessor;
    }

    /** A directory below, made if it is not there. */
    Path below(String name) throws IOException {
        return Files.createDirectories(directory.resolve(name));
    }

    @Override
    public void close() {
        try {
            lock.release();
            channel.close();
        } catch (IOException e) {
            // The process ends, and with it the lock.
        }
    }
}
