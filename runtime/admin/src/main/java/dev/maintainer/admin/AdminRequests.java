package dev.maintainer.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.admin.http.ConnectionGuard;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Unicode;
import dev.maintainer.whatif.ClusterSnapshot;
import dev.maintainer.whatif.SnapshotFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the requests of the admin interface. Whoever has no token is refused at once, without a thread of those that
 * answer. Of the others two are answered at a time, one of them a change; a few wait, and more are told to come again.
 */
final class AdminRequests extends Handler.Abstract {
    /** What to say of requests that are no HTTP as it should be. */
    static final Request.Handler MALFORMED = AdminRequests::malformed;

    private static final Logger LOG = LoggerFactory.getLogger(AdminRequests.class);
    private static final String ROOT = "/v1/";
    private static final int THREADS = 2;
    private static final int WAITING = 64;
    private static final int LONGEST_BODY = 1 << 20;
    private static final int BODY_BUFFER = 8 << 10;

    private final ClusterAdmin admin;
    private final AuditLog audit;
    private final @Nullable Runnable stop;
    private final ConnectionGuard guard;
    private final byte[] token;
    private final Semaphore change = new Semaphore(1);
    private final ThreadPoolExecutor threads;

    /**
     * @param stop is called once somebody has asked for an end and been answered; null if nobody can
     * @param token what the header {@code Authorization} must be
     */
    AdminRequests(ClusterAdmin admin, AuditLog audit, @Nullable Runnable stop, ConnectionGuard guard, byte[] token) {
        this.admin = admin;
        this.audit = audit;
        this.stop = stop;
        this.guard = guard;
        this.token = token;
        this.threads = new ThreadPoolExecutor(
                THREADS, THREADS, 10, TimeUnit.SECONDS, new ArrayBlockingQueue<>(WAITING), task -> {
                    Thread thread = new Thread(task, "admin-answer");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /** Takes no more requests; answers that are under way have a while to go out. */
    void end(long millis) {
        threads.shutdown();
        try {
            if (!threads.awaitTermination(millis, TimeUnit.MILLISECONDS)) {
                threads.shutdownNow();
            }
        } catch (InterruptedException e) {
            threads.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        try {
            admit(request);
        } catch (Refusal e) {
            respond(response, e.status, error(e), callback);
            return true;
        }
        guard.known(request.getConnectionMetaData().getConnection());
        try {
            threads.execute(() -> answer(request, response, callback));
        } catch (RejectedExecutionException e) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, 1);
            respond(
                    response,
                    429,
                    error(new Refusal(
                            429,
                            ErrorCode.REQUEST_REFUSED,
                            THREADS + " requests are being answered and " + WAITING
                                    + " wait, which is all that there may be; ask again in a second")),
                    callback);
        }
        return true;
    }

    private void answer(Request request, Response response, Callback callback) {
        int status;
        Object answer;
        boolean stops = false;
        try {
            AdminVerb verb = verb(request, response);
            answer = verb.changes() ? change(verb, request) : verb.answer(admin, arguments(verb, request));
            status = 200;
            stops = verb == ClusterVerb.STOP;
        } catch (Refusal e) {
            status = e.status;
            answer = error(e);
        } catch (MaintainerException e) {
            status = statusOf(e.code());
            answer = error(e);
        } catch (RuntimeException e) {
            LOG.error("the admin interface failed on {}", request.getHttpURI(), e);
            status = 500;
            answer = error("", "", "the admin interface failed: " + e + "; please report it");
        }
        // After the answer: the end takes the server along.
        respond(response, status, answer, stops && stop != null ? Callback.from(callback, stop) : callback);
    }

    // ---- who asks ----------------------------------------------------------------------------------------------

    private void admit(Request request) {
        try {
            refuseStrangers(request);
        } catch (Refusal e) {
            wanted(request).ifPresent(verb -> audit.stranger(verb, e));
            throw e;
        }
    }

    /** The verb. Only whoever has the token learns which verbs there are. */
    private AdminVerb verb(Request request, Response response) {
        String path = Request.getPathInContext(request);
        if (!path.startsWith(ROOT)) {
            throw new Refusal(
                    404, ErrorCode.UNKNOWN_NAME, "there is nothing at '" + path + "'; paths begin with " + ROOT);
        }
        AdminVerb verb = AdminVerb.of(path.substring(ROOT.length()));
        String method = verb.changes() ? "POST" : "GET";
        if (!request.getMethod().equals(method)) {
            response.getHeaders().put(HttpHeader.ALLOW, method);
            Refusal refusal = new Refusal(
                    405,
                    ErrorCode.NOT_ALLOWED,
                    "'" + verb.path() + "' does not take " + request.getMethod() + "; use " + method);
            if (verb.changes()) {
                audit.refused(verb, Collections.emptySortedMap(), refusal);
            }
            throw refusal;
        }
        return verb;
    }

    /** The change that a stranger wants; empty if it wants none. */
    private static Optional<AdminVerb> wanted(Request request) {
        String path = Request.getPathInContext(request);
        return AdminVerb.all().stream()
                .filter(verb -> verb.changes() && path.equals(ROOT + verb.path()))
                .findFirst();
    }

    /** A page of a browser may send requests here, but it knows no token and comes with another name of the host. */
    private void refuseStrangers(Request request) {
        String host = String.valueOf(request.getHeaders().get(HttpHeader.HOST));
        String name = host.replaceAll(":\\d+$", "");
        if (!name.equals("127.0.0.1") && !name.equals("localhost") && !name.equals("[::1]")) {
            throw new Refusal(
                    403, ErrorCode.NOT_ALLOWED, "requests for host '" + host + "' are not taken here; use 127.0.0.1");
        }
        String given = String.valueOf(request.getHeaders().get(HttpHeader.AUTHORIZATION));
        if (!MessageDigest.isEqual(given.getBytes(StandardCharsets.US_ASCII), token)) {
            throw new Refusal(
                    401,
                    ErrorCode.NOT_ALLOWED,
                    "the request has no token, or another one; it is in the admin directory");
        }
    }

    // ---- changes -----------------------------------------------------------------------------------------------

    private Object change(AdminVerb verb, Request request) {
        SortedMap<String, String> given = Collections.emptySortedMap();
        boolean alone = false;
        Object answer;
        try {
            VerbArguments arguments = arguments(verb, request);
            given = arguments.all();
            audit.check();
            alone = change.tryAcquire();
            if (!alone && verb != ClusterVerb.STOP) {
                throw new MaintainerException(
                        ErrorCode.REQUEST_REFUSED, "another change is under way; ask again when that is answered");
            }
            if (verb == ClusterVerb.STOP && stop == null) {
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

    // ---- arguments ---------------------------------------------------------------------------------------------

    /** Of the query, and of a body that is a JSON object. */
    private static VerbArguments arguments(AdminVerb verb, Request request) {
        SortedMap<String, String> given = new TreeMap<>();
        String query = request.getHttpURI().getQuery();
        if (query != null && !query.isEmpty()) {
            for (String part : query.split("&", -1)) {
                int equals = part.indexOf('=');
                if (equals < 1) {
                    throw unreadable("the query has '" + part + "', which is no NAME=VALUE");
                }
                put(given, decode(part.substring(0, equals)), decode(part.substring(equals + 1)));
            }
        }
        byte[] body = body(request);
        if (body.length > LONGEST_BODY) {
            throw new Refusal(
                    413, ErrorCode.NOT_ALLOWED, "the body is longer than " + LONGEST_BODY + " bytes; send less");
        }
        if (body.length > 0) {
            JsonNode json = parse(body);
            for (var field : json.properties()) {
                JsonNode value = field.getValue();
                if (value.isObject() || value.isNull()) {
                    throw unreadable("'" + field.getKey() + "' in the body must be a text, a number or a list");
                }
                put(given, field.getKey(), value.isArray() ? value.toString() : value.asText());
            }
        }
        return verb.arguments(given);
    }

    /** Whoever does not send all of it holds no thread for long, and is told. */
    private static byte[] body(Request request) {
        long began = System.nanoTime();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        byte[] some = new byte[BODY_BUFFER];
        try (InputStream in = Content.Source.asInputStream(request)) {
            int length = in.read(some);
            while (length >= 0 && body.size() <= LONGEST_BODY) {
                body.write(some, 0, length);
                if (System.nanoTime() - began > TimeUnit.MILLISECONDS.toNanos(ConnectionGuard.PATIENCE_MILLIS)) {
                    throw new TimeoutException();
                }
                length = in.read(some);
            }
            return body.toByteArray();
        } catch (TimeoutException e) {
            throw slow();
        } catch (IOException e) {
            if (e.getCause() instanceof TimeoutException) {
                throw slow();
            }
            throw unreadable("the body ends before its end");
        }
    }

    private static Refusal slow() {
        return new Refusal(
                408, ErrorCode.BAD_INPUT, "the body did not come in time; send all of it at once, and ask again");
    }

    private static void put(SortedMap<String, String> given, String name, String value) {
        if (!Unicode.isWellFormed(name) || !Unicode.isWellFormed(value)) {
            throw unreadable("'" + name + "' has half a surrogate pair");
        }
        if (given.put(name, value) != null) {
            throw unreadable("'" + name + "' is given twice");
        }
    }

    private static String decode(String text) {
        try {
            String decoded = URLDecoder.decode(text, StandardCharsets.UTF_8);
            // What is not UTF-8 is decoded to something else, without a word.
            if (decoded.indexOf('\uFFFD') < 0 || isUtf8(text)) {
                return decoded;
            }
            throw unreadable("'" + text + "' in the query is not UTF-8");
        } catch (IllegalArgumentException e) {
            throw unreadable("'" + text + "' in the query cannot be decoded");
        }
    }

    private static boolean isUtf8(String encoded) {
        if (encoded.indexOf('\uFFFD') >= 0) {
            return false;
        }
        byte[] bytes = URLDecoder.decode(encoded, StandardCharsets.ISO_8859_1).getBytes(StandardCharsets.ISO_8859_1);
        try {
            StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static JsonNode parse(byte[] body) {
        try {
            JsonNode json = AdminJson.STRICT.readTree(body);
            if (json.isObject()) {
                return json;
            }
        } catch (JsonProcessingException e) {
            throw unreadable("the body is no JSON: " + e.getOriginalMessage());
        } catch (IOException e) {
            throw unreadable("the body is no JSON: " + e.getMessage());
        }
        throw unreadable("the body is no JSON object");
    }

    private static Refusal unreadable(String message) {
        return new Refusal(400, ErrorCode.BAD_INPUT, message + "; arguments go into the query or a JSON object");
    }

    // ---- answers -----------------------------------------------------------------------------------------------

    private static int statusOf(ErrorCode code) {
        return switch (code) {
            case BAD_INPUT -> 400;
            case UNKNOWN_NAME, UNKNOWN_SCHEDULER -> 404;
            case NODE_UNAVAILABLE -> 503;
            default -> 409;
        };
    }

    private static ObjectNode error(MaintainerException e) {
        return error(e.code().code(), e.code().name(), String.valueOf(e.getMessage()));
    }

    /** Messages of ours end with what to do. */
    private static ObjectNode error(String code, String name, String message) {
        int last = message.lastIndexOf("; ");
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        error.put("code", code).put("name", name).put("message", message);
        return error.put("hint", last < 0 ? "" : message.substring(last + 2));
    }

    /** Snapshots have a form of their own, which files hold and other releases read, and may be very long. */
    private static void respond(Response response, int status, Object answer, Callback callback) {
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.setStatus(status);
        if (answer instanceof ClusterSnapshot picture) {
            try (OutputStream out = Content.Sink.asOutputStream(response)) {
                SnapshotFile.write(picture, out);
            } catch (IOException e) {
                callback.failed(e);
                return;
            }
            callback.succeeded();
            return;
        }
        byte[] bytes;
        try {
            bytes = AdminJson.MAPPER.writeValueAsBytes(answer);
        } catch (JsonProcessingException e) {
            // What was asked has been done; only the answer cannot be told.
            LOG.error("the admin interface cannot write {}", answer.getClass(), e);
            response.setStatus(500);
            bytes = error(
                            "",
                            "",
                            "done, but the answer cannot be written: " + e.getOriginalMessage() + "; please report it")
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
        }
        response.write(true, ByteBuffer.wrap(bytes), callback);
    }

    private static boolean malformed(Request request, Response response, Callback callback) {
        int status = response.getStatus() < 400 ? 400 : response.getStatus();
        respond(
                response,
                status,
                error(
                        ErrorCode.BAD_INPUT.code(),
                        ErrorCode.BAD_INPUT.name(),
                        "the request is no HTTP as it should be (status " + status + "); see docs/admin.md"),
                callback);
        return true;
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
