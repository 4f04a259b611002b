package dev.maintainer.admin.http;

import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A port of an admin interface. Few threads answer, none belongs to a connection, and connections that nobody known has used
 * are bounded; whoever starts the server gives it handlers, and lets the guard look for slow ones now and then.
 *
 * @param server what answers; has no handler yet
 * @param connector where it listens; not open yet
 * @param guard is told of each connection
 */
public record HttpListener(Server server, ServerConnector connector, ConnectionGuard guard) {
    /** How often the guard is to look for connections that have taken too long. */
    public static final long LOOK_MILLIS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(HttpListener.class);
    private static final int THREADS = 8;
    private static final int HEAD_BYTES = 16 << 10;
    private static final long IDLE_MILLIS = 10_000;

    /**
     * Prepares a port, and does not take it yet.
     *
     * @param host an address of this machine
     * @param port 0 for any that is free
     * @param backlog how many connections may wait to be accepted
     * @param tls makes connections encrypted; null for plain ones
     * @return a server that is not started
     */
    public static HttpListener at(String host, int port, int backlog, SslContextFactory.@Nullable Server tls) {
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 2);
        threads.setName("admin");
        threads.setDaemon(true);
        Server server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setRequestHeaderSize(HEAD_BYTES);
        HttpConnectionFactory plain = new HttpConnectionFactory(http);
        ServerConnector connector = tls == null
                ? new ServerConnector(server, 1, 1, plain)
                : new ServerConnector(
                        server, 1, 1, new SslConnectionFactory(tls, HttpVersion.HTTP_1_1.asString()), plain);
        connector.setHost(host);
        connector.setPort(port);
        connector.setAcceptQueueSize(backlog);
        connector.setIdleTimeout(IDLE_MILLIS);
        ConnectionGuard guard = new ConnectionGuard();
        connector.addBean(guard);
        server.addConnector(connector);
        return new HttpListener(server, connector, guard);
    }

    /** {@return the port where it listens} */
    public int port() {
        return connector.getLocalPort();
    }

    /** {@return how many connections nobody known has used yet} */
    public int unknownConnections() {
        return guard.waiting();
    }

    /** Answers nobody any more. A failure is logged. */
    public void stop() {
        try {
            server.stop();
        } catch (Exception e) {
            LOG.warn("the admin interface does not end in order: {}", e.toString());
        }
    }
}
