package dev.maintainer.node.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.node.changelog.StrictJson;
import dev.maintainer.node.whatif.ClusterPicture;
import dev.maintainer.node.whatif.SnapshotFile;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The admin interface over HTTP, on the loopback address only. Requests carry the token of the directory; questions are
 * got, changes are posted and audited. Two requests at a time, one of them a change, and a few that wait: whoever floods
 * it harms only itself.
 */
public final class AdminServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminServer.class);
    private static final String ROOT = "/v1/";
    private static final int THREADS = 2;
    private static final int WAITING = 64;
    private static final int TOKEN_BYTES = 32;
    private static final int LONGEST_BODY = 1 << 20;
    /** Whoever connects and never ends its request would keep a thread for ever. The JDK has no other setting for it. */
    private static final String REQUEST_SECONDS = "sun.net.httpserver.maxReqTime";

    static {
        if (System.getProperty(REQUEST_SECONDS) == null) {
            System.setProperty(REQUEST_SECONDS, "10");
        }
    }

    private final ClusterAdmin admin;
    private final AdminDirectory directory;
    private final AuditLog audit;
    private final @Nullable Runnable stop;
    private final Semaphore change = new Semaphore(1);
    private final HttpServer server;
    private final ThreadPoolExecutor threads;
    private final byte[] token;

    private AdminServer(ClusterAdmin admin, AdminDirectory directory, int port, @Nullable Runnable stop)
            throws IOException {
        this.admin = admin;
        this.directory = directory;
        this.audit = directory.auditLog();
        this.stop = stop;
        byte[] random = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(random);
        String text = HexFormat.of().formatHex(random);
        this.token = ("Bearer " + text).getBytes(StandardCharsets.US_ASCII);
        audit.check();
        InetAddress loopback = InetAddress.getLoopbackAddress();
        this.server = HttpServer.create(new InetSocketAddress(loopback, port), WAITING);
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "admin");
                    thread.setDaemon(true);
                    return thread;
                });
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
        try {
            directory.publish(loopback.getHostAddress(), port(), text);
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /**
     * Starts to answer. The directory is closed with the server, and if it does not start.
     *
     * @param port 0 for any that is free
     * @param stop is called once somebody has asked for an end and been answered; null if nobody can
     * @throws MaintainerException if the port or the directory cannot be used
     */
    public static AdminServer start(ClusterAdmin admin, AdminDirectory directory, int port, @Nullable Runnable stop) {
        try {
            return new AdminServer(admin, directory, port, stop);
        } catch (IOException e) {
            closeQuietly(directory);
            throw new MaintainerException(
                    ErrorCode.BAD_CONFIGURATION,
                    "the admin interface cannot use port " + port + " or directory " + directory + ": " + e
                            + "; name others with --admin-port and --admin-dir",
                    e);
        } catch (RuntimeException e) {
            closeQuietly(directory);
            throw e;
        }
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
        return server.getAddress().getPort();
    }

    @Override
    public void close() {
        try {
            directory.withdraw();
        } catch (IOException e) {
            LOG.warn("the files of the admin interface in {} stay behind: {}", directory, e.toString());
        }
        // Answers that are under way have a second to go out; the JDK waits for it even if there are none.
        server.stop(threads.getActiveCount() == 0 ? 0 : 1);
        threads.shutdownNow();
        closeQuietly(directory);
    }

    // ---- one request -------------------------------------------------------------------------------------------

    private void handle(HttpExchange exchange) throws IOException {
        boolean stops = false;
        try (exchange) {
            int status;
            Object answer;
            try {
                AdminVerb verb = admit(exchange);
                answer = verb.changes() ? change(verb, exchange) : verb.answer(admin, arguments(verb, exchange));
                status = 200;
                stops = verb == AdminVerb.STOP;
            } catch (Refusal e) {
                status = e.status;
                answer = error(e);
            } catch (MaintainerException e) {
                status = statusOf(e.code());
                answer = error(e);
            } catch (RuntimeException e) {
                LOG.error("the admin interface failed on {}", exchange.getRequestURI(), e);
                status = 500;
                answer = error("", "", "the admin interface failed: " + e + "; please report it");
            }
            respond(exchange, status, answer);
        }
        if (stops && stop != null) {
            // After the answer: the end takes the server along.
            stop.run();
        }
    }

    /** The verb, if whoever asks may ask it. A stranger does not learn which verbs there are. */
    private AdminVerb admit(HttpExchange exchange) {
        try {
            refuseStrangers(exchange);
        } catch (Refusal e) {
            wanted(exchange).ifPresent(verb -> audit.stranger(verb, e));
            throw e;
        }
        String path = exchange.getRequestURI().getPath();
        if (!path.startsWith(ROOT)) {
            throw new Refusal(
                    404, ErrorCode.UNKNOWN_NAME, "there is nothing at '" + path + "'; paths begin with " + ROOT);
        }
        AdminVerb verb = AdminVerb.of(path.substring(ROOT.length()));
        String method = verb.changes() ? "POST" : "GET";
        if (!exchange.getRequestMethod().equals(method)) {
            exchange.getResponseHeaders().set("Allow", method);
            Refusal refusal = new Refusal(
                    405,
                    ErrorCode.NOT_ALLOWED,
                    "'" + verb.path() + "' does not take " + exchange.getRequestMethod() + "; use " + method);
            if (verb.changes()) {
                audit.refused(verb, Collections.emptySortedMap(), refusal);
            }
            throw refusal;
        }
        return verb;
    }

    /** The change that a stranger wants; empty if it wants none. */
    private static Optional<AdminVerb> wanted(HttpExchange exchange) {
        String path = exchange.getRequestURI().getPath();
        return Arrays.stream(AdminVerb.values())
                .filter(verb -> verb.changes() && path.equals(ROOT + verb.path()))
                .findFirst();
    }

    private Object change(AdminVerb verb, HttpExchange exchange) throws IOException {
        SortedMap<String, String> given = Collections.emptySortedMap();
        boolean alone = false;
        Object answer;
        try {
            AdminVerb.Arguments arguments = arguments(verb, exchange);
            given = arguments.all();
            audit.check();
            alone = change.tryAcquire();
            if (!alone && verb != AdminVerb.STOP) {
                throw new MaintainerException(
                        ErrorCode.REQUEST_REFUSED, "another change is under way; ask again when that is answered");
            }
            if (verb == AdminVerb.STOP && stop == null) {
                throw new MaintainerException(
                        ErrorCode.REQUEST_REFUSED,
                        "this cluster is not held up: it ends when its log is replicated; use 'run --hold'");
            }
            answer = verb.answer(admin, arguments);
        } catch (MaintainerException e) {
            audit.refused(verb, given, e);
            throw e;
        } catch (RuntimeException e) {
            audit.failed(verb, given, e);
            throw e;
        } finally {
            if (alone) {
                change.release();
            }
        }
        audit.done(verb, given, answer);
        return answer;
    }

    /** A page of a browser may send requests here, but it knows no token and comes with another name of the host. */
    private void refuseStrangers(HttpExchange exchange) {
        String host = String.valueOf(exchange.getRequestHeaders().getFirst("Host"));
        String name = host.replaceAll(":\\d+$", "");
        if (!name.equals("127.0.0.1") && !name.equals("localhost") && !name.equals("[::1]")) {
            throw new Refusal(
                    403, ErrorCode.NOT_ALLOWED, "requests for host '" + host + "' are not taken here; use 127.0.0.1");
        }
        String given = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
        if (!MessageDigest.isEqual(given.getBytes(StandardCharsets.US_ASCII), token)) {
            throw new Refusal(
                    401,
                    ErrorCode.NOT_ALLOWED,
                    "the request has no token, or another one; it is in the admin directory");
        }
    }

    // ---- arguments ---------------------------------------------------------------------------------------------

    /** Of the query, and of a body that is a JSON object. */
    private static AdminVerb.Arguments arguments(AdminVerb verb, HttpExchange exchange) throws IOException {
        SortedMap<String, String> given = new TreeMap<>();
        String query = exchange.getRequestURI().getRawQuery();
        if (query != null && !query.isEmpty()) {
            for (String part : query.split("&", -1)) {
                int equals = part.indexOf('=');
                if (equals < 1) {
                    throw unreadable("the query has '" + part + "', which is no NAME=VALUE");
                }
                put(given, decode(part.substring(0, equals)), decode(part.substring(equals + 1)));
            }
        }
        byte[] body = exchange.getRequestBody().readNBytes(LONGEST_BODY + 1);
        if (body.length > LONGEST_BODY) {
            throw new Refusal(
                    413, ErrorCode.NOT_ALLOWED, "the body is longer than " + LONGEST_BODY + " bytes; send less");
        }
        if (body.length > 0) {
            JsonNode json = parse(body);
            for (var field : json.properties()) {
                if (!field.getValue().isValueNode() || field.getValue().isNull()) {
                    throw unreadable("'" + field.getKey() + "' in the body must be a text or a number");
                }
                put(given, field.getKey(), field.getValue().asText());
            }
        }
        return verb.arguments(given);
    }

    private static void put(SortedMap<String, String> given, String name, String value) {
        if (given.put(name, value) != null) {
            throw unreadable("'" + name + "' is given twice");
        }
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw unreadable("'" + text + "' in the query cannot be decoded");
        }
    }

    private static JsonNode parse(byte[] body) throws IOException {
        try {
            JsonNode json = StrictJson.MAPPER.readTree(body);
            if (json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException e) {
            throw unreadable("the body is no JSON: " + e.getOriginalMessage());
        }
        throw unreadable("the body is no JSON object");
    }

    private static Refusal unreadable(String message) {
        return new Refusal(400, ErrorCode.UNKNOWN_NAME, message + "; arguments go into the query or a JSON object");
    }

    // ---- answers -----------------------------------------------------------------------------------------------

    private static int statusOf(ErrorCode code) {
        return switch (code) {
            case UNKNOWN_NAME, UNKNOWN_SCHEDULER -> 404;
            case NODE_UNAVAILABLE -> 503;
            default -> 409;
        };
    }

    private static Object error(MaintainerException e) {
        return error(e.code().code(), e.code().name(), String.valueOf(e.getMessage()));
    }

    /** Messages of ours end with what to do. */
    private static Object error(String code, String name, String message) {
        int last = message.lastIndexOf("; ");
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.put("code", code).put("name", name).put("message", message);
        return error.put("hint", last < 0 ? "" : message.substring(last + 2));
    }

    /** Snapshots have a form of their own, which files hold and other releases read, and may be very long. */
    private static void respond(HttpExchange exchange, int status, Object answer) throws IOException {
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.getResponseHeaders().set("Cache-Control", "no-store");
        if (answer instanceof ClusterPicture picture) {
            exchange.sendResponseHeaders(status, 0);
            try (OutputStream out = exchange.getResponseBody()) {
                SnapshotFile.write(picture, out);
            }
            return;
        }
        byte[] bytes;
        int sent = status;
        try {
            bytes = AdminJson.MAPPER.writeValueAsBytes(answer);
        } catch (JsonProcessingException e) {
            // What was asked has been done; only the answer cannot be told.
            LOG.error("the admin interface cannot write {}", answer.getClass(), e);
            sent = 500;
            bytes = AdminJson.MAPPER.writeValueAsBytes(error(
                    "",
                    "",
                    "done, but the answer cannot be written: " + e.getOriginalMessage() + "; please report it"));
        }
        exchange.sendResponseHeaders(sent, bytes.length);
        exchange.getResponseBody().write(bytes);
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
