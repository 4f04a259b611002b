package dev.maintainer.admin;

import dev.maintainer.admin.http.HttpListener;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin interface over HTTP, on the loopback address only. Requests carry the token of the directory; questions are
 * got, changes are posted and audited. Connections take no threads until a whole request has come, and those without the
 * token are bounded by a {@link HttpListener#guard guard}; so whoever floods it harms only itself.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final int BACKLOG = 1_024;
    private static final int TOKEN_BYTES = 32;
    private static final long ENDING_MILLIS = 1_000;

    private final AdminDirectory directory;
    private final AuditLog audit;
    private final HttpListener listener;
    private @Nullable AdminRequests requests;

    private AdminServer(AdminDirectory directory, int port) throws IOException {
        this.directory = directory;
        this.audit = directory.auditLog();
        audit.check();
        this.listener = HttpListener.at(InetAddress.getLoopbackAddress().getHostAddress(), port, BACKLOG, null);
        listener.connector().open();
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
        AdminRequests answering = new AdminRequests(
                admin, audit, stop, listener.guard(), ("Bearer " + token).getBytes(StandardCharsets.US_ASCII));
        requests = answering;
        listener.server().setHandler(answering);
        listener.server().setErrorHandler(AdminRequests.MALFORMED);
        try {
            listener.server().start();
            lookForSlowOnes();
            directory.publish(listener.connector().getHost(), port(), token);
        } catch (Exception e) {
            close();
            throw unusable(directory, port(), e);
        }
    }

    private void lookForSlowOnes() {
        listener.guard().closeSlow();
        if (listener.connector().isRunning()) {
            listener.connector()
                    .getScheduler()
                    .schedule(this::lookForSlowOnes, HttpListener.LOOK_MILLIS, TimeUnit.MILLISECONDS);
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
        listener.connector().close();
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
        return listener.port();
    }

    /** How long the connections that are opened from now on may say nothing; for tests. */
    void patience(long millis) {
        listener.connector().setIdleTimeout(millis);
    }

    /** How many connections have not shown the token. */
    int unknownConnections() {
        return listener.unknownConnections();
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
        listener.stop();
        listener.connector().close();
        closeQuietly(directory);
    }
}
