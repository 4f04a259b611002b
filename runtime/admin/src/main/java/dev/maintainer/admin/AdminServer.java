package dev.maintainer.admin;

import dev.maintainer.admin.http.ConnectionGuard;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin interface over HTTP, on the loopback address only. Requests carry the token of the directory; questions are
 * got, changes are posted and audited. Connections take no threads until a whole request has come, and those without the
 * token are bounded by {@link ConnectionGuard}; so whoever floods it harms only itself.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int THREADS = 8;
    private static final int BACKLOG = 1_024;
    private static final int HEAD_BYTES = 16 << 10;
    private static final int TOKEN_BYTES = 32;
    private static final long IDLE_MILLIS = 10_000;
    private static final long LOOK_MILLIS = 1_000;
    private static final long ENDING_MILLIS = 1_000;

    private final AdminDirectory directory;
    private final AuditLog audit;
    private final ConnectionGuard guard = new ConnectionGuard();
    private final Server server;
    private final ServerConnector connector;
    private @Nullable AdminRequests requests;

    private AdminServer(AdminDirectory directory, int port) throws IOException {
        this.directory = directory;
        this.audit = directory.auditLog();
        audit.check();
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2);
        threads.setName("admin");
        threads.setDaemon(true);
        this.server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEAD_BYTES);
        this.connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http));
        connector.setHost(InetAddress.getLoopbackAddress().getHostAddress());
        connector.setPort(port);
        connector.setAcceptQueueSize(BACKLOG);
        connector.setIdleTimeout(IDLE_MILLIS);
        connector.addBean(guard);
        server.addConnector(connector);
        connector.open();
    }

    /**
     * Takes port and directory, and answers nobody yet; so a port that is in use is known before anything is begun. The
     * directory is closed with the server, and if the port cannot be taken.
     *
     * @param port 0 for any that is free
     * @throws MaintainerException if the port or the directory cannot be used
     */
    public static AdminServer reserve(AdminDirectory directory, int port) throws MaintainerException {
        try {
            return new AdminServer(directory, port);
        } catch (IOException e) {
            directory.release();
            throw unusable(directory, port, e);
        } catch (RuntimeException e) {
            directory.release();
            throw e;
        }
    }

    /**
     * Starts to answer, and says in the directory where. Called once. Closes the server if that is not possible.
     *
     * @param stop is called once somebody has asked for an end and been answered; null if nobody can
     */
    public void open(ClusterAdmin admin, @Nullable Runnable stop) throws MaintainerException {
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        String token = HexFormat.of().formatHex(random);
        AdminRequests answering =
                new AdminRequests(admin, audit, stop, guard, ("Bearer " + token).getBytes(StandardCharsets.US_ASCII));
        requests = answering;
        server.setHandler(answering);
        server.setErrorHandler(AdminRequests.MALFORMED);
        try {
            server.start();
            lookForSlowOnes();
            directory.publish(connector.getHost(), port(), token);
        } catch (Exception e) {
            close();
            throw unusable(directory, port(), e);
        }
    }

    private void lookForSlowOnes() {
        guard.closeSlow();
        if (connector.isRunning()) {
            connector.getScheduler().schedule(this::lookForSlowOnes, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** Takes port and directory and starts to answer; see {@link #reserve} and {@link #open}. */
    public static AdminServer start(ClusterAdmin admin, AdminDirectory directory, int port, @Nullable Runnable stop)
            throws MaintainerException {
        AdminServer server = reserve(directory, port);
        server.open(admin, stop);
        return server;
    }

    private static MaintainerException unusable(AdminDirectory directory, int port, Exception cause) {
        return new MaintainerException(
                ErrorCode.BAD_CONFIGURATION,
                "the admin interface cannot use port " + port + " or directory " + directory + ": " + cause
                        + "; name others with --admin-port and --admin-dir",
                cause);
    }

    /** Gives port and directory back, for a run that will not begin. */
    public void release() {
        connector.close();
        directory.release();
    }

    private static void closeQuietly(AdminDirectory directory) {
        try {
            directory.close();
        } catch (IOException e) {
            LOG.warn("admin directory {}: {}", directory, e.toString());
        }
    }

    /** Where it listens. */
    public int port() {
        return connector.getLocalPort();
    }

    /** How long the connections that are opened from now on may say nothing; for tests. */
    void patience(long millis) {
        connector.setIdleTimeout(millis);
    }

    /** How many connections have not shown the token. */
    int unknownConnections() {
        return guard.waiting();
    }

    @Override
    public void close() {
        try {
            directory.withdraw();
        } catch (IOException e) {
            LOG.warn("the files of the admin interface in {} stay behind: {}", directory, e.toString());
        }
        AdminRequests answering = requests;
        if (answering != null) {
            answering.end(ENDING_MILLIS);
        }
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("the admin interface does not end in order: {}", e.toString());
        }
        connector.close();
        closeQuietly(directory);
    }
}
