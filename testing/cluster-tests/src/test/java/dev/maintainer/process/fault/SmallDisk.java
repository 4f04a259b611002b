package dev.maintainer.process.fault;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** A file system of its own in memory, which can be filled. Only root can have one. Used by one thread. */
public final class SmallDisk implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;
    private static final int BLOCK = 4 << 10;

    private final Path mount;
    private final long bytes;
    private final AtomicBoolean closed = new AtomicBoolean();

    private SmallDisk(Path mount, long bytes) {
        this.mount = mount;
        this.bytes = bytes;
    }

    /**
     * Mounts one.
     *
     * @param directory below which it gets a directory that no other process uses
     */
    public static SmallDisk below(Path directory, int mebibytes) throws IOException, InterruptedException {
        Path mount = Files.createTempDirectory(directory, "disk-");
        run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", mount.toString());
        SmallDisk disk = new SmallDisk(mount, mebibytes * 1_048_576L);
        Runtime.getRuntime().addShutdownHook(new Thread(disk::unmountQuietly));
        return disk;
    }

    /** {@return where it is} */
    public Path mount() {
        return mount;
    }

    /**
     * Takes all space that is left, and never more than the disk has: what is below might be the disk of the machine.
     *
     * @throws IOException if it is not mounted any more, or has space nevertheless
     */
    public void fill() throws IOException {
        FileStore store = Files.getFileStore(mount);
        if (!store.type().equals("tmpfs") || store.getTotalSpace() > bytes) {
            throw new IOException("at " + mount + " there is no small disk, but " + store);
        }
        byte[] block = new byte[BLOCK];
        try (OutputStream out = Files.newOutputStream(ballast())) {
            for (long written = 0; written < bytes; written += BLOCK) {
                out.write(block);
            }
        } catch (IOException e) {
            // As it should be: there is no space any more.
            return;
        }
        throw new IOException("all " + bytes + " bytes of the small disk at " + mount + " could be written");
    }

    /** Gives it back. */
    public void free() throws IOException {
        Files.deleteIfExists(ballast());
    }

    private Path ballast() {
        return mount.resolve("ballast");
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException(String.join(" ", command) + ": "
                    + new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip());
        }
    }

    private void unmountQuietly() {
        try {
            close();
        } catch (IOException | InterruptedException e) {
            // It has been unmounted, or somebody has to do so.
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        if (!closed.getAndSet(true)) {
            run("umount", "-l", mount.toString());
        }
    }
}
