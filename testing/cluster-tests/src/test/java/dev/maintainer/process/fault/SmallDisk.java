package dev.maintainer.process.fault;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A file system of its own in memory, which can be filled. Only root can have one. Used by one thread. */
public final class SmallDisk implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;
    private static final int BLOCK = 4 << 10;

    private final Path mount;

    private SmallDisk(Path mount) {
        this.mount = mount;
    }

    /** Mounts one at a new directory. */
    public static SmallDisk at(Path mount, int mebibytes) throws IOException, InterruptedException {
        Files.createDirectories(mount);
        run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "tmpfs", mount.toString());
        SmallDisk disk = new SmallDisk(mount);
        Runtime.getRuntime().addShutdownHook(new Thread(disk::unmountQuietly));
        return disk;
    }

    /** {@return where it is} */
    public Path mount() {
        return mount;
    }

    /** Takes all space that is left. */
    public void fill() throws IOException {
        byte[] block = new byte[BLOCK];
        try (OutputStream out = Files.newOutputStream(ballast())) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            if (Files.size(ballast()) == 0) {
                throw e;
            }
        }
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
                    + new String(process.getInputStream().readAllBytes()).strip());
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
        if (Files.exists(mount) && !Files.getFileStore(mount).equals(Files.getFileStore(mount.resolve("..")))) {
            run("umount", "-l", mount.toString());
        }
    }
}
