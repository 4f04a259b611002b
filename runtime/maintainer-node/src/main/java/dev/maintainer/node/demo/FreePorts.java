package dev.maintainer.node.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Ports of the loopback interface at which nobody listens yet. None is given twice by one process. Thread-safe. */
public final class FreePorts {
    private static final int MOST_TRIES = 1_000;
    private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

    private FreePorts() {}

    /**
     * {@return the next one}
     *
     * @throws IOException if there is none
     */
    public static int next() throws IOException {
        for (int i = 0; i < MOST_TRIES; i++) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                // Until its owner listens, the system may offer it once more.
                if (GIVEN.add(socket.getLocalPort())) {
                    return socket.getLocalPort();
                }
            }
        }
        throw new IOException("no port is free that was not given before");
    }
}
