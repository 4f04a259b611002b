package dev.maintainer.process.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Passes connections on to a port of this machine, and can do to them what a network does: delay what is sent, swallow it in one
 * direction or both while the connection seems to stand, or break all connections. Knows from which process a connection comes,
 * so that one peer can be cut off while others are served. Thread-safe.
 */
public final class TcpProxy implements AutoCloseable {
    /** Which way bytes go. */
    public enum Direction {
        /** From who has connected to who listens. */
        REQUESTS,
        /** The way back. */
        ANSWERS
    }

    private static final long EVERYBODY = -1;
    private static final int BUFFER = 16 << 10;
    private static final int CONNECT_MILLIS = 1_000;

    private final ServerSocket listening;
    private final int target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    /** Processes whose requests are swallowed; {@link #EVERYBODY} for all. */
    private final Set<Long> noRequests = ConcurrentHashMap.newKeySet();

    /** As above, for the way back. */
    private final Set<Long> noAnswers = ConcurrentHashMap.newKeySet();

    private volatile long delayMillis;

    private TcpProxy(ServerSocket listening, int target) {
        this.listening = listening;
        this.target = target;
    }

    /** Begins to listen at the loopback address. */
    public static TcpProxy to(int target) throws IOException {
        TcpProxy proxy = new TcpProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
        proxy.begin("proxy-accept", proxy::accept);
        return proxy;
    }

    /** {@return where it listens} */
    public int port() {
        return listening.getLocalPort();
    }

    /** {@return the same with the address} */
    public String address() {
        return "127.0.0.1:" + port();
    }

    /** Everything is swallowed from now on, both ways; connections seem to stand, and new ones to be made. */
    public void cut() {
        cutFrom(EVERYBODY);
    }

    /** One direction is swallowed. */
    public void cut(Direction direction) {
        swallowed(direction).add(EVERYBODY);
    }

    /** As {@link #cut()}, for connections that this process has made. */
    public void cutFrom(long pid) {
        noRequests.add(pid);
        noAnswers.add(pid);
    }

    /** What is sent arrives so much later, either way. */
    public void delay(long millis) {
        delayMillis = millis;
    }

    /** Nothing is swallowed and delayed any more; connections that have lost bytes break. */
    public void heal() {
        boolean lossy = !noRequests.isEmpty() || !noAnswers.isEmpty();
        noRequests.clear();
        noAnswers.clear();
        delayMillis = 0;
        if (lossy) {
            breakAll();
        }
    }

    /** All connections end at once; new ones can be made. */
    public void breakAll() {
        open.forEach(TcpProxy::closeQuietly);
    }

    private Set<Long> swallowed(Direction direction) {
        return direction == Direction.REQUESTS ? noRequests : noAnswers;
    }

    private void accept() {
        try {
            while (!listening.isClosed()) {
                Socket from = listening.accept();
                open.add(from);
                begin("proxy-connect", () -> connect(from));
            }
        } catch (IOException e) {
            closeQuietly(listening);
        }
    }

    private void connect(Socket from) {
        Socket to = new Socket();
        open.add(to);
        try {
            long pid = SocketOwner.of(from);
            to.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target), CONNECT_MILLIS);
            to.setTcpNoDelay(true);
            from.setTcpNoDelay(true);
            begin("proxy-answers", () -> pass(to, from, Direction.ANSWERS, pid));
            pass(from, to, Direction.REQUESTS, pid);
        } catch (IOException e) {
            end(from);
            end(to);
        }
    }

    private void pass(Socket from, Socket to, Direction direction, long pid) {
        byte[] buffer = new byte[BUFFER];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            int length;
            while ((length = in.read(buffer)) >= 0) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delayMillis));
                Set<Long> cut = swallowed(direction);
                if (!cut.contains(EVERYBODY) && !cut.contains(pid)) {
                    out.write(buffer, 0, length);
                }
            }
        } catch (IOException e) {
            // The other side ends, too.
        } finally {
            end(from);
            end(to);
        }
    }

    private void end(Socket socket) {
        open.remove(socket);
        closeQuietly(socket);
    }

    private void begin(String name, Runnable work) {
        Thread thread = new Thread(work, name);
        thread.setDaemon(true);
        thread.start();
    }

    private static void closeQuietly(AutoCloseable closeable) {
        try {
            closeable.close();
        } catch (Exception e) {
            // It is over.
        }
    }

    @Override
    public void close() {
        closeQuietly(listening);
        breakAll();
    }
}
