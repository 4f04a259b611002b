package dev.maintainer.connector.postgres.sink;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The network between a sink and the server, which reads the statements that pass. The next one of a kind can be held up, or
 * lost, with its answer or before it arrives.
 */
public final class Wire implements AutoCloseable {
    /** Commits. */
    public static final Predicate<String> COMMIT = sql -> sql.equalsIgnoreCase("COMMIT");

    private static final int STARTUP = 196_608;

    /** What becomes of a statement. */
    public enum Fate {
        /** It is on its way until it is let go. */
        HELD,
        /** The connection breaks before it arrives. */
        LOST,
        /** It arrives, and the connection breaks before the answer is back. */
        ANSWER_LOST
    }

    /** What is to happen to one statement. */
    public static final class Plan {
        private final Predicate<String> kind;
        private final Fate fate;
        private final CountDownLatch met = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);

        private Plan(Predicate<String> kind, Fate fate) {
            this.kind = kind;
            this.fate = fate;
        }

        /** Waits until there is such a statement. */
        public void awaitMet() {
            await(met, "a statement of this kind to pass");
        }

        /** Lets it go, if it is held. */
        public void release() {
            released.countDown();
        }

        private static void await(CountDownLatch latch, String what) {
            try {
                if (!latch.await(60, TimeUnit.SECONDS)) {
                    throw new AssertionError("waited in vain for " + what);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private final ServerSocket listener;
    private final int serverPort;
    private final AtomicReference<@Nullable Plan> plan = new AtomicReference<>();

    /** To a server at the loopback interface. */
    public Wire(int serverPort) {
        try {
            this.serverPort = serverPort;
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        start(this::accept);
    }

    /** {@return where it listens, at the loopback interface} */
    public int port() {
        return listener.getLocalPort();
    }

    /** The next statement of a kind has this fate; those after it pass. */
    public Plan next(Predicate<String> kind, Fate fate) {
        Plan next = new Plan(kind, fate);
        plan.set(next);
        return next;
    }

    private static void start(Runnable work) {
        Thread thread = new Thread(work, "wire");
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                Socket client = listener.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                Pair pair = new Pair(client, server);
                start(pair::requests);
                start(pair::answers);
            } catch (IOException e) {
                // Closed, or the server is away: whoever dials finds out.
            }
        }
    }

    private final class Pair {
        private final Socket client;
        private final Socket server;
        private final Map<String, String> statements = new HashMap<>();
        private volatile boolean losesAnswer;

        Pair(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void answers() {
            byte[] buffer = new byte[1 << 16];
            try (client;
                    server) {
                InputStream in = server.getInputStream();
                OutputStream out = client.getOutputStream();
                for (int read = in.read(buffer); read >= 0 && !losesAnswer; read = in.read(buffer)) {
                    out.write(buffer, 0, read);
                }
            } catch (IOException e) {
                // One side has gone, and takes the other along.
            }
        }

        void requests() {
            try (client;
                    server) {
                DataInputStream in = new DataInputStream(client.getInputStream());
                OutputStream out = server.getOutputStream();
                boolean started = false;
                while (!started) {
                    byte[] body = body(in, in.readInt());
                    out.write(ByteBuffer.allocate(4).putInt(body.length + 4).array());
                    out.write(body);
                    out.flush();
                    started = ByteBuffer.wrap(body).getInt() == STARTUP;
                }
                while (true) {
                    int type = in.read();
                    if (type < 0) {
                        return;
                    }
                    byte[] body = body(in, in.readInt());
                    if (!passes(statement((char) type, body))) {
                        return;
                    }
                    out.write(type);
                    out.write(ByteBuffer.allocate(4).putInt(body.length + 4).array());
                    out.write(body);
                    out.flush();
                }
            } catch (IOException e) {
                // One side has gone, and takes the other along.
            }
        }

        private static byte[] body(DataInputStream in, int length) throws IOException {
            byte[] body = new byte[length - 4];
            in.readFully(body);
            return body;
        }

        /** The statement that a message brings to the server, or executes; null if it does neither. */
        private @Nullable String statement(char type, byte[] body) {
            if (type == 'Q') {
                return text(body, 0);
            }
            if (type != 'P' && type != 'B') {
                return null;
            }
            String first = text(body, 0);
            String second = text(body, first.getBytes(StandardCharsets.UTF_8).length + 1);
            if (type == 'B') {
                return statements.get(second);
            }
            statements.put(first, second);
            return second;
        }

        private static String text(byte[] body, int start) {
            int end = start;
            while (body[end] != 0) {
                end++;
            }
            return new String(body, start, end - start, StandardCharsets.UTF_8);
        }

        private boolean passes(@Nullable String sql) {
            Plan next = plan.get();
            if (sql == null || next == null || !next.kind.test(sql) || !plan.compareAndSet(next, null)) {
                return true;
            }
            losesAnswer = next.fate == Fate.ANSWER_LOST;
            next.met.countDown();
            if (next.fate == Fate.HELD) {
                Plan.await(next.released, "being let go");
            }
            return next.fate != Fate.LOST;
        }
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
