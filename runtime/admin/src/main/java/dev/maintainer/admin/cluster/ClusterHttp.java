package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.admin.http.ConnectionGuard;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import dev.maintainer.runtime.metrics.Metrics;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;
import org.eclipse.jetty.util.thread.Invocable;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests of HTTP: who asks and from where, and what; the answer is that of {@link ClusterApi}. Probes need nobody's name. */
final class ClusterHttp extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterHttp.class);
    private static final int MOST_AT_A_TIME = 64;
    private static final int MOST_SCRAPES = 2;
    private static final int LONGEST_BODY = 1 << 20;
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9._:-]{1,128}");
    private static final Pattern VERSION = Pattern.compile("\"?([0-9a-f-]{1,64})\"?");
    private static final Pattern JSON_TYPE = Pattern.compile("application/json(\\s*;.*)?", Pattern.CASE_INSENSITIVE);
    /** No request has more than a few; another node reads a body within something else, and must not find it too deep. */
    private static final int DEEPEST_BODY = 100;

    private static final JsonMapper JSON = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(DEEPEST_BODY)
                            .build())
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private final ClusterNode node;
    private final ClusterApi api;
    private final ChangeAudit audit;
    private final ConnectionGuard guard;
    private final ApiAccess access;
    private final Set<String> hosts = new HashSet<>(Set.of("127.0.0.1", "localhost", "[::1]"));
    private final Semaphore places = new Semaphore(MOST_AT_A_TIME);
    private final Semaphore scrapes = new Semaphore(MOST_SCRAPES);
    private final AnswerCounts counts;

    ClusterHttp(
            ClusterNode node,
            ClusterApi api,
            ChangeAudit audit,
            ConnectionGuard guard,
            ClusterAdminSettings settings,
            ApiAccess access,
            AnswerCounts counts) {
        this.node = node;
        this.api = api;
        this.audit = audit;
        this.guard = guard;
        this.access = access;
        this.counts = counts;
        hosts.add(settings.host());
        hosts.addAll(settings.hosts());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        switch (path) {
            case "/livez" -> probe(response, node.notAlive(), callback);
            case "/readyz" -> probe(response, node.notReady(), callback);
            case "/startupz" ->
                probe(
                        response,
                        node.rosterVersion() > 0 ? Optional.empty() : Optional.of("this node is not a member yet"),
                        callback);
            default -> answer(request, path, response, callback);
        }
        return true;
    }

    /** What to say of requests that are no HTTP as it should be, which no handler sees. */
    static boolean malformed(Request request, Response response, Callback callback) {
        int status = response.getStatus() < ApiAnswer.BAD ? ApiAnswer.BAD : response.getStatus();
        write(
                response,
                ApiAnswer.error(
                        status,
                        ErrorCode.BAD_INPUT,
                        "the request cannot be meant (status " + status
                                + "): its path or its headers are not as HTTP has"
                                + " them; a slash in a name is not allowed"),
                callback);
        return true;
    }

    private static void probe(Response response, Optional<String> problem, Callback callback) {
        // Who probes is not known, and its connection would be closed as one that says nothing.
        response.getHeaders().put(HttpHeader.CONNECTION, "close");
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("ok", problem.isEmpty());
        problem.ifPresent(reason -> body.put("reason", reason));
        write(response, new ApiAnswer(problem.isEmpty() ? ApiAnswer.OK : ApiAnswer.UNAVAILABLE, body), callback);
    }

    private void answer(Request request, String path, Response response, Callback callback) {
        if (!places.tryAcquire()) {
            respond(
                    response,
                    ApiAnswer.error(
                            ApiAnswer.TOO_MANY,
                            ErrorCode.REQUEST_REFUSED,
                            MOST_AT_A_TIME
                                    + " requests are being answered, which is all that there may be; ask again in"
                                    + " a second"),
                    callback);
            return;
        }
        Callback freed = Callback.from(callback, () -> places.release());
        Connection connection = request.getConnectionMetaData().getConnection();
        try {
            Principal principal = admitted(request, path);
            if (!access.isOpen()) {
                guard.known(connection);
            }
            if (ApiRoute.of(request.getMethod(), path)
                    .filter(target -> target.route() == ApiRoute.METRICS)
                    .isPresent()) {
                metrics(response, freed);
                return;
            }
            SortedMap<String, String> query = query(request);
            String key = idempotencyKey(request);
            String version = ifMatch(request);
            // Threads are few, and a body may come as slowly as it likes.
            CompletableFuture<Void> unused = bytesOf(request)
                    .thenCompose(bytes -> {
                        guard.known(connection);
                        return api.handle(new ApiRequest(
                                request.getMethod(),
                                path,
                                query,
                                body(request, bytes),
                                principal.name(),
                                version,
                                key,
                                false));
                    })
                    .exceptionally(ClusterHttp::unreadable)
                    .thenAccept(answer -> respond(response, answer, freed));
        } catch (Refused e) {
            respond(response, e.answer, freed);
        } catch (MaintainerException e) {
            respond(response, ApiAnswer.of(e), freed);
        } catch (RuntimeException e) {
            // The place must be given back, whatever went wrong.
            LOG.error("a request to the admin interface has failed", e);
            respond(
                    response,
                    ApiAnswer.error(
                            ApiAnswer.BROKEN,
                            ErrorCode.REQUEST_REFUSED,
                            "the admin interface has failed; see the log of this node, and report it"),
                    freed);
        }
    }

    /** The format is that of those who scrape, and not ours. */
    private void metrics(Response response, Callback callback) {
        // It is made on a thread of the interface, of which there are few, and probes need one, too.
        if (!scrapes.tryAcquire()) {
            respond(
                    response,
                    ApiAnswer.error(
                            ApiAnswer.TOO_MANY,
                            ErrorCode.REQUEST_REFUSED,
                            MOST_SCRAPES + " others are being shown the metrics; ask again in a few seconds"),
                    callback);
            return;
        }
        Metrics metrics = node.metrics();
        byte[] text;
        try {
            text = metrics.text().getBytes(StandardCharsets.UTF_8);
        } finally {
            scrapes.release();
        }
        counts.count(ApiAnswer.ok(JsonNodeFactory.instance.objectNode()));
        response.setStatus(ApiAnswer.OK);
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, metrics.contentType());
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        response.write(true, ByteBuffer.wrap(text), callback);
    }

    private static CompletableFuture<byte[]> bytesOf(Request request) {
        CompletableFuture<byte[]> bytes = new CompletableFuture<>();
        Content.Source.asByteArrayAsync(
                request,
                LONGEST_BODY,
                Promise.Invocable.from(
                        Invocable.InvocationType.BLOCKING, bytes::complete, bytes::completeExceptionally));
        return bytes;
    }

    private static ApiAnswer unreadable(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Refused refused) {
            return refused.answer;
        }
        // Jetty has no type of its own for a body that is longer than allowed.
        return cause instanceof IllegalStateException
                ? ApiAnswer.error(413, ErrorCode.BAD_INPUT, "the body is longer than " + LONGEST_BODY + " bytes")
                : ApiAnswer.error(ApiAnswer.BAD, ErrorCode.BAD_INPUT, "the body ends before its end");
    }

    private static @Nullable String idempotencyKey(Request request) {
        String key = request.getHeaders().get("Idempotency-Key");
        if (key != null && !KEY.matcher(key).matches()) {
            throw bad("the Idempotency-Key " + Printable.quoted(key)
                    + " must have 1 to 128 letters, digits, dots, colons, underscores and dashes");
        }
        return key;
    }

    /** One version, in quotation marks or without; a star stands for any that there is, and a change needs one anyhow. */
    private static @Nullable String ifMatch(Request request) {
        String said = request.getHeaders().get(HttpHeader.IF_MATCH);
        if (said == null || said.strip().equals("*")) {
            return null;
        }
        Matcher version = VERSION.matcher(said.strip());
        if (!version.matches()) {
            throw bad(
                    "If-Match " + Printable.quoted(said) + " must have one version, as GET of the changefeed shows it");
        }
        return version.group(1);
    }

    /** A request that is not even looked at. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient ApiAnswer answer;

        Refused(int status, ErrorCode code, String message) {
            super(message);
            this.answer = ApiAnswer.error(status, code, message);
        }
    }

    private Principal admitted(Request request, String path) {
        String host = String.valueOf(request.getHeaders().get(HttpHeader.HOST));
        if (!hosts.contains(host.replaceAll(":\\d+$", ""))) {
            throw new Refused(
                    403,
                    ErrorCode.NOT_ALLOWED,
                    "requests for host " + Printable.quoted(host) + " are not taken here; name it in admin.hosts");
        }
        String origin = request.getHeaders().get(HttpHeader.ORIGIN);
        String site = request.getHeaders().get("Sec-Fetch-Site");
        if ((origin != null && !origin.equals("http://" + host) && !origin.equals("https://" + host))
                || (site != null && !site.equals("same-origin") && !site.equals("none"))) {
            throw new Refused(
                    403, ErrorCode.NOT_ALLOWED, "requests that pages of other origins make are not taken here");
        }
        Principal principal = access.of(request).orElseThrow(() -> {
            audit.stranger(request.getMethod(), path, 401);
            return new Refused(401, ErrorCode.NOT_ALLOWED, access.refusal(request));
        });
        Optional<ApiRoute.Target> target = ApiRoute.of(request.getMethod(), path);
        if (target.isPresent() && !principal.role().allows(target.get())) {
            audit.stranger(request.getMethod(), path, 403);
            throw new Refused(
                    403,
                    ErrorCode.NOT_ALLOWED,
                    "the role " + principal.role() + " does not allow " + Printable.line(request.getMethod()) + " of "
                            + Printable.quoted(path));
        }
        return principal;
    }

    private static SortedMap<String, String> query(Request request) {
        SortedMap<String, String> query = new TreeMap<>();
        String text = request.getHttpURI().getQuery();
        if (text == null || text.isEmpty()) {
            return query;
        }
        for (String part : text.split("&", -1)) {
            int equals = part.indexOf('=');
            if (equals < 1) {
                throw bad("the query has " + Printable.quoted(part) + ", which is no NAME=VALUE");
            }
            try {
                query.put(
                        URLDecoder.decode(part.substring(0, equals), StandardCharsets.UTF_8),
                        URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
            } catch (IllegalArgumentException e) {
                throw bad(Printable.quoted(part) + " in the query cannot be decoded");
            }
        }
        return query;
    }

    private static JsonNode body(Request request, byte[] bytes) {
        if (bytes.length == 0) {
            return JsonNodeFactory.instance.objectNode();
        }
        String type = String.valueOf(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
        if (!JSON_TYPE.matcher(type).matches()) {
            throw new Refused(
                    415, ErrorCode.BAD_INPUT, "bodies must be application/json, and not " + Printable.quoted(type));
        }
        try {
            JsonNode body = JSON.readTree(bytes);
            if (!body.isObject()) {
                throw bad("the body is no JSON object");
            }
            return body;
        } catch (JsonProcessingException e) {
            throw bad("the body is no JSON: " + Printable.line(e.getOriginalMessage()));
        } catch (IOException e) {
            throw bad("the body cannot be read: " + Printable.line(String.valueOf(e.getMessage())));
        }
    }

    private static Refused bad(String message) {
        return new Refused(ApiAnswer.BAD, ErrorCode.BAD_INPUT, message);
    }

    private void respond(Response response, ApiAnswer answer, Callback callback) {
        counts.count(answer);
        write(response, answer, callback);
    }

    private static void write(Response response, ApiAnswer answer, Callback callback) {
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        if (answer.body().path("version").isTextual()) {
            response.getHeaders()
                    .put(HttpHeader.ETAG, '"' + answer.body().path("version").textValue() + '"');
        }
        if (answer.status() == ApiAnswer.UNAVAILABLE || answer.status() == ApiAnswer.TOO_MANY) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, 2);
        }
        try {
            // The next thing that a terminal shows begins on a line of its own.
            String text = JSON.writeValueAsString(answer.body()) + "\n";
            response.write(true, ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), callback);
        } catch (JsonProcessingException e) {
            callback.failed(e);
        }
    }
}
