package dev.maintainer.admin.http;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;

/**
 * Bounds the connections that have not shown the token: how many there are, and how long each may take. If there are too
 * many, the oldest are closed and not the new one refused, so whoever has the token always gets in: it shows it within a
 * moment, and is not counted from then on. Thread-safe.
 */
public final class ConnectionGuard implements Connection.Listener {
    /** How many may wait to be known for longer than a moment. */
    public static final int MOST = 256;

    /** How many may wait at all: so many requests may come at once, and each is to be read. */
    public static final int MOST_AT_ONCE = 2_048;

    private static final long MOMENT_MILLIS = 1_000;

    /** How long one may take to send a request with the token. */
    public static final long PATIENCE_MILLIS = 10_000;

    /** When each began, oldest first; System.nanoTime(). */
    private final Map<Connection, Long> unknown = new LinkedHashMap<>();

    @Override
    public void onOpened(Connection connection) {
        List<Connection> closed = new ArrayList<>();
        synchronized (unknown) {
            unknown.putIfAbsent(outermost(connection), System.nanoTime());
            collect(closed);
        }
        closed.forEach(Connection::close);
    }

    @Override
    public void onClosed(Connection connection) {
        known(connection);
    }

    /** With TLS there are two for each socket, one within the other. */
    private static Connection outermost(Connection connection) {
        return connection.getEndPoint() instanceof SslConnection.SslEndPoint within
                ? within.getSslConnection()
                : connection;
    }

    /** It has shown the token. */
    public void known(Connection connection) {
        synchronized (unknown) {
            unknown.remove(outermost(connection));
        }
    }

    /** Closes those that have taken too long. Called now and then. */
    public void closeSlow() {
        List<Connection> closed = new ArrayList<>();
        synchronized (unknown) {
            collect(closed);
        }
        closed.forEach(Connection::close);
    }

    /** The oldest, as long as they are too old, or too many for their age. */
    private void collect(List<Connection> closed) {
        long now = System.nanoTime();
        Iterator<Map.Entry<Connection, Long>> oldest = unknown.entrySet().iterator();
        while (oldest.hasNext()) {
            Map.Entry<Connection, Long> next = oldest.next();
            long millis = TimeUnit.NANOSECONDS.toMillis(now - next.getValue());
            boolean tooMany = unknown.size() > MOST_AT_ONCE || (unknown.size() > MOST && millis >= MOMENT_MILLIS);
            if (millis < PATIENCE_MILLIS && !tooMany) {
                return;
            }
            closed.add(next.getKey());
            oldest.remove();
        }
    }

    /** How many are not known now. */
    public int waiting() {
        synchronized (unknown) {
            return unknown.size();
        }
    }
}
