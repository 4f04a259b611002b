package dev.maintainer.process.fault;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** Which process of this machine a connection comes from, as the kernel says. */
final class SocketOwner {
    /** Nobody that could be found. */
    static final long NOBODY = 0;

    private static final Pattern SPACES = Pattern.compile("\\s+");
    private static final int LOCAL = 1;
    private static final int INODE = 9;

    private SocketOwner() {}

    /** The process at the other end; {@link #NOBODY} if it is not to be found. */
    static long of(Socket accepted) throws IOException {
        String port = ":%04X".formatted(accepted.getPort());
        for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] fields = SPACES.split(line.trim(), -1);
                if (fields.length > INODE && fields[LOCAL].endsWith(port)) {
                    long pid = holderOf("socket:[" + fields[INODE] + "]");
                    if (pid != NOBODY) {
                        return pid;
                    }
                }
            }
        }
        return NOBODY;
    }

    private static long holderOf(String socket) {
        return ProcessHandle.current()
                .children()
                .map(ProcessHandle::pid)
                .filter(pid -> holds(pid, socket))
                .findFirst()
                .orElse(NOBODY);
    }

    private static boolean holds(long pid, String socket) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc", Long.toString(pid), "fd"))) {
            for (Path each : descriptors) {
                if (Files.isSymbolicLink(each)
                        && Files.readSymbolicLink(each).toString().equals(socket)) {
                    return true;
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            // It has ended, or closed something meanwhile; then the connection is over as well.
        }
        return false;
    }
}
