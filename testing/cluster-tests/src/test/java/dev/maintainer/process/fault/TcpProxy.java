package dev.maintainer.process.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Passes connections on to a port of this machine, and can do to them what a network does: delay what is sent, let little
 * through, swallow it in one direction or both while the connection seems to stand, break all connections, or refuse new ones.
 * Knows from which process a connection comes, so that one peer can be cut off while others are served. Thread-safe.
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
    private static final int STEPS_PER_SECOND = 20;
    private static final int CONNECT_MILLIS = 1_000;
    /** What Linux waits at the least before it sends a segment of TCP again. */
    private static final long RETRANSMISSION_MILLIS = 200;

    private static final int MOST_DOUBLINGS = 5;
    private static final int SEGMENT = 1_448;

    private final ServerSocket listening;
    private final int target;
    /** Both ends of each connection, with who has made it. */
    private final Map<Socket, Long> open = new ConcurrentHashMap<>();

    private final Set<Long> refused = ConcurrentHashMap.newKeySet();
    /** Bytes a second. */
    private final Map<Long, Integer> slow = new ConcurrentHashMap<>();
    /** Processes whose requests are swallowed; {@link #EVERYBODY} for all. */
    private final Set<Long> noRequests = ConcurrentHashMap.newKeySet();

    /** As above, for the way back. */
    private final Set<Long> noAnswers = ConcurrentHashMap.newKeySet();

    private volatile long delayMillis;
    private volatile double loss;
    private final Random random = new Random(1);

    private TcpProxy(ServerSocket listening, int target) {
        this.listening = listening;
        this.target = target;
    }

    /** Begins to listen at the loopback address. */
    public static TcpProxy to(int target) throws IOException {
        return at(InetAddress.getLoopbackAddress(), 0, target);
    }

    /** Begins to listen at an address of this machine, such as one of the many of its loopback interface. */
    public static TcpProxy at(InetAddress address, int port, int target) throws IOException {
        TcpProxy proxy = new TcpProxy(new ServerSocket(port, 50, address), target);
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
        cutFrom(pid, Direction.REQUESTS);
        cutFrom(pid, Direction.ANSWERS);
    }

    /** One direction of connections that this process has made is swallowed. */
    public void cutFrom(long pid, Direction direction) {
        swallowed(direction).add(pid);
    }

    /** This process cannot connect any more; what it has connected ends. Others can. */
    public void refuse(long pid) {
        refused.add(pid);
        open.entrySet().stream().filter(each -> each.getValue() == pid).forEach(each -> closeQuietly(each.getKey()));
    }

    /** Nobody can connect any more; what is connected ends. */
    public void refuse() {
        refused.add(EVERYBODY);
        breakAll();
    }

    /** No more than so many bytes a second pass in connections that this process makes or has made, either way. */
    public void throttle(long pid, int bytesPerSecond) {
        slow.put(pid, bytesPerSecond);
    }

    /** What is sent arrives so much later, either way. */
    public void delay(long millis) {
        delayMillis = millis;
    }

    /**
     * So large a part of the segments is lost. Between two sockets of a proxy nothing is, so that is done which a process sees of
     * it: what follows a lost segment waits until that has been sent again, and longer if it is lost again.
     */
    public void lose(double part) {
        loss = part;
    }

    /** Nothing is refused, swallowed and delayed any more; connections that have lost bytes break. */
    public void heal() {
        boolean lossy = !noRequests.isEmpty() || !noAnswers.isEmpty();
        noRequests.clear();
        noAnswers.clear();
        refused.clear();
        slow.clear();
        delayMillis = 0;
        loss = 0;
        if (lossy) {
            breakAll();
        }
    }

    /** All connections end at once; new ones can be made. */
    public void breakAll() {
        open.keySet().forEach(TcpProxy::closeQuietly);
    }

    private Set<Long> swallowed(Direction direction) {
        return direction == Direction.REQUESTS ? noRequests : noAnswers;
    }

    private void accept() {
        try {
            while (!listening.isClosed()) {
                Socket from = listening.accept();
                open.put(from, SocketOwner.NOBODY);
                begin("proxy-connect", () -> connect(from));
            }
        } catch (IOException e) {
            closeQuietly(listening);
        }
    }

    private void connect(Socket from) {
        Socket to = new Socket();
        try {
            long pid = SocketOwner.of(from);
            open.put(from, pid);
            open.put(to, pid);
            if (refused.contains(EVERYBODY) || refused.contains(pid)) {
                throw new IOException("refused");
            }
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
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(delayMillis + retransmissionMillis(length)));
                Set<Long> cut = swallowed(direction);
                if (!cut.contains(EVERYBODY) && !cut.contains(pid)) {
                    Integer most = slow.get(pid);
                    if (most == null) {
                        out.write(buffer, 0, length);
                    } else {
                        trickle(buffer, length, out, pid);
                    }
                }
            }
        } catch (IOException e) {
            // The other side ends, too.
        } finally {
            end(from);
            end(to);
        }
    }

    private long retransmissionMillis(int length) {
        double present = loss;
        long longest = 0;
        for (int sent = 0; present > 0 && sent < length; sent += SEGMENT) {
            long waited = 0;
            for (int tries = 0; random.nextDouble() < present; tries++) {
                waited += RETRANSMISSION_MILLIS << Math.min(tries, MOST_DOUBLINGS);
            }
            longest = Math.max(longest, waited);
        }
        return longest;
    }

    /** Until the end of what was read, or until nobody is slow any more. */
    private void trickle(byte[] buffer, int length, OutputStream out, long pid) throws IOException {
        int done = 0;
        while (done < length) {
            Integer most = slow.get(pid);
            int step = most == null ? length - done : Math.max(1, Math.min(length - done, most / STEPS_PER_SECOND));
            out.write(buffer, done, step);
            done += step;
            LockSupport.parkNanos(most == null ? 0 : TimeUnit.SECONDS.toNanos(1) / STEPS_PER_SECOND);
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
