package dev.maintainer.node.admin;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.node.whatif.ClusterPicture;
import dev.maintainer.node.whatif.SnapshotFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin interface over HTTP, on the loopback address only. Requests carry the token of the directory; questions are
 * got, changes are posted. Two requests at a time, and a few that wait: whoever floods it harms only itself.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final String ROOT = "/v1/";
    private static final int THREADS = 2;
    private static final int WAITING = 64;
    private static final int TOKEN_BYTES = 32;
    private static final int LONGEST_BODY = 1 << 20;

    private final ClusterAdmin admin;
    private final AdminDirectory directory;
    private final AuditLog audit;
    private final Runnable stop;
    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final byte[] token;

    private AdminServer(ClusterAdmin admin, AdminDirectory directory, int port, Runnable stop) throws IOException {
        this.admin = admin;
        this.directory = directory;
        this.audit = directory.auditLog();
        this.stop = stop;
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        String text = HexFormat.of().formatHex(random);
        this.token = ("Bearer " + text).getBytes(StandardCharsets.US_ASCII);
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "admin");
                    thread.setDaemon(true);
                    return thread;
                });
        InetAddress loopback = InetAddress.getLoopbackAddress();
        this.server = HttpServer.create(new InetSocketAddress(loopback, port), WAITING);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
        directory.publish(loopback.getHostAddress(), port(), text);
    }

    /**
     * Starts to answer.
     *
     * @param port 0 for any that is free
     * @param stop is called when somebody asks for an end
     * @throws MaintainerException if the port or the directory cannot be used
     */
    public static AdminServer start(ClusterAdmin admin, AdminDirectory directory, int port, Runnable stop) {
        try {
            return new AdminServer(admin, directory, port, stop);
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "the admin interface cannot use port " + port + " or directory " + directory + ": " + e
                            + "; name others with --admin-port and --admin-dir",
                    e);
        }
    }

    /** Where it listens. */
    public int port() {
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        try {
            directory.withdraw();
        } catch (IOException e) {
            LOG.warn("the files of the admin interface in {} stay behind: {}", directory, e.toString());
        }
        server.stop(1);
        threads.shutdownNow();
    }

    // ---- one request -------------------------------------------------------------------------------------------

    private void handle(HttpExchange exchange) throws IOException {
        boolean stops = false;
        try (exchange) {
            int status;
            Object answer;
            try {
                refuseStrangers(exchange);
                AdminVerb verb = verb(exchange);
                if (exchange.getRequestBody().readNBytes(LONGEST_BODY + 1).length > LONGEST_BODY) {
                    throw new Refusal(413, ErrorCode.NOT_ALLOWED, "the body is longer than " + LONGEST_BODY + " bytes");
                }
                answer = answer(verb, verb.arguments(parameters(exchange)));
                status = 200;
                stops = verb == AdminVerb.STOP;
            } catch (Refusal e) {
                status = e.status;
                answer = error(e);
            } catch (MaintainerException e) {
                status = e.code() == ErrorCode.UNKNOWN_NAME ? 404 : e.code() == ErrorCode.NODE_UNAVAILABLE ? 503 : 409;
                answer = error(e);
            } catch (RuntimeException e) {
                LOG.error("the admin interface failed on {}", exchange.getRequestURI(), e);
                status = 500;
                answer = JsonNodeFactory.instance
                        .objectNode()
                        .put("code", "")
                        .put("message", "the admin interface failed: " + e + "; please report it");
            }
            respond(exchange, status, answer);
        }
        if (stops) {
            // After the answer: the end takes the server along.
            stop.run();
        }
    }

    private Object answer(AdminVerb verb, AdminVerb.Arguments arguments) {
        if (!verb.changes()) {
            return verb.answer(admin, arguments);
        }
        Object answer;
        try {
            answer = verb.answer(admin, arguments);
        } catch (MaintainerException e) {
            audit.note(verb.path(), arguments.toString(), e.code().code(), String.valueOf(e.getMessage()));
            throw e;
        }
        audit.note(verb.path(), arguments.toString(), "", "done");
        return answer;
    }

    /** A page of a browser may send requests here, but it knows no token and comes with another name of the host. */
    private void refuseStrangers(HttpExchange exchange) {
        String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
        String name = host.replaceAll(":\\d+$", "");
        if (!name.equals("127.0.0.1") && !name.equals("localhost") && !name.equals("[::1]")) {
            throw new Refusal(403, ErrorCode.NOT_ALLOWED, "requests for host '" + host + "' are not taken here");
        }
        String given = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        if (!MessageDigest.isEqual(given.getBytes(StandardCharsets.US_ASCII), token)) {
            throw new Refusal(
                    401,
                    ErrorCode.NOT_ALLOWED,
                    "the request has no token, or another one; it is in the admin directory");
        }
    }

    private static AdminVerb verb(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        if (!path.startsWith(ROOT)) {
            throw new Refusal(404, ErrorCode.UNKNOWN_NAME, "paths begin with " + ROOT);
        }
        AdminVerb verb = AdminVerb.of(path.substring(ROOT.length()));
        String method = verb.changes() ? "POST" : "GET";
        if (!exchange.getRequestMethod().equals(method)) {
            throw new Refusal(405, ErrorCode.NOT_ALLOWED, "'" + verb.path() + "' takes " + method + " only");
        }
        return verb;
    }

    private static SortedMap<String, String> parameters(HttpExchange exchange) {
        SortedMap<String, String> parameters = new TreeMap<>();
        String query = exchange.getRequestURI().getRawQuery();
        if (query != null) {
            for (String part : query.split("&", -1)) {
                int equals = part.indexOf('=');
                if (equals > 0) {
                    parameters.put(
                            URLDecoder.decode(part.substring(0, equals), StandardCharsets.UTF_8),
                            URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
                }
            }
        }
        return parameters;
    }

    private static Object error(MaintainerException e) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("code", e.code().code())
                .put("name", e.code().name())
                .put("message", e.getMessage());
    }

    private static void respond(HttpExchange exchange, int status, Object answer) throws IOException {
        byte[] bytes = bytes(answer);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** Snapshots have a form of their own: files hold them, and other releases read them. */
    private static byte[] bytes(Object answer) throws IOException {
        if (answer instanceof ClusterPicture picture) {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            SnapshotFile.write(picture, out);
            return out.toByteArray();
        }
        return AdminJson.MAPPER.writeValueAsBytes(answer);
    }

    /** A refusal that has an HTTP status of its own. */
    private static final class Refusal extends MaintainerException {
        private static final long serialVersionUID = 1;

        private final int status;

        Refusal(int status, ErrorCode code, String message) {
            super(code, message);
            this.status = status;
        }
    }
}
