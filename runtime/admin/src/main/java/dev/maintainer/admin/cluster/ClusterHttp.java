package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.admin.cluster.ApiTokens.Principal;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Semaphore;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/** Requests of HTTP: who asks and from where, and what; the answer is that of {@link ClusterApi}. Probes need nobody's name. */
final class ClusterHttp extends Handler.Abstract {
    private static final int MOST_AT_A_TIME = 64;
    private static final int LONGEST_BODY = 1 << 20;
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .build();

    private final ClusterNode node;
    private final ClusterApi api;
    private final @Nullable ApiTokens tokens;
    private final Set<String> hosts = new HashSet<>(Set.of("127.0.0.1", "localhost", "[::1]"));
    private final Semaphore places = new Semaphore(MOST_AT_A_TIME);

    ClusterHttp(ClusterNode node, ClusterApi api, ClusterAdminSettings settings, @Nullable ApiTokens tokens) {
        this.node = node;
        this.api = api;
        this.tokens = tokens;
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

    private static void probe(Response response, Optional<String> problem, Callback callback) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("ok", problem.isEmpty());
        problem.ifPresent(reason -> body.put("reason", reason));
        respond(response, new ApiAnswer(problem.isEmpty() ? ApiAnswer.OK : ApiAnswer.UNAVAILABLE, body), callback);
    }

    private void answer(Request request, String path, Response response, Callback callback) {
        if (!places.tryAcquire()) {
            respond(
                    response,
                    ApiAnswer.error(
                            429,
                            ErrorCode.REQUEST_REFUSED,
                            MOST_AT_A_TIME
                                    + " requests are being answered, which is all that there may be; ask again in"
                                    + " a second"),
                    callback);
            return;
        }
        Callback freed = Callback.from(callback, () -> places.release());
        try {
            Principal principal = admitted(request, path);
            api.handle(new ApiRequest(
                            request.getMethod(), path, query(request), body(request), principal.name(), false))
                    .thenAccept(answer -> respond(response, answer, freed));
        } catch (Refused e) {
            respond(response, e.answer, freed);
        } catch (MaintainerException e) {
            respond(response, ApiAnswer.of(e), freed);
        }
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
        if (origin != null && !origin.equals("http://" + host) && !origin.equals("https://" + host)
                || "cross-site".equals(site)) {
            throw new Refused(
                    403, ErrorCode.NOT_ALLOWED, "requests that pages of other origins make are not taken here");
        }
        Principal principal = tokens == null
                ? new Principal("local", ApiRole.ADMIN)
                : tokens.of(String.valueOf(request.getHeaders().get(HttpHeader.AUTHORIZATION)))
                        .orElseThrow(() -> new Refused(
                                401,
                                ErrorCode.NOT_ALLOWED,
                                "the request has no token that is known here; send 'Authorization: Bearer TOKEN'"));
        if (!principal.role().allows(request.getMethod(), path)) {
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

    private static JsonNode body(Request request) {
        try (InputStream in = Content.Source.asInputStream(request)) {
            byte[] bytes = in.readNBytes(LONGEST_BODY + 1);
            if (bytes.length == 0) {
                return JsonNodeFactory.instance.objectNode();
            }
            if (bytes.length > LONGEST_BODY) {
                throw new Refused(413, ErrorCode.BAD_INPUT, "the body is longer than " + LONGEST_BODY + " bytes");
            }
            String type = String.valueOf(request.getHeaders().get(HttpHeader.CONTENT_TYPE));
            if (!type.startsWith("application/json")) {
                throw new Refused(
                        415, ErrorCode.BAD_INPUT, "bodies must be application/json, and not " + Printable.quoted(type));
            }
            JsonNode body = JSON.readTree(bytes);
            if (!body.isObject()) {
                throw bad("the body is no JSON object");
            }
            return body;
        } catch (JsonProcessingException e) {
            throw bad("the body is no JSON: " + Printable.line(e.getOriginalMessage()));
        } catch (IOException e) {
            throw bad("the body ends before its end");
        }
    }

    private static Refused bad(String message) {
        return new Refused(ApiAnswer.BAD, ErrorCode.BAD_INPUT, message);
    }

    private static void respond(Response response, ApiAnswer answer, Callback callback) {
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, "application/json");
        response.getHeaders().put(HttpHeader.CACHE_CONTROL, "no-store");
        if (answer.status() == ApiAnswer.UNAVAILABLE || answer.status() == 429) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, 2);
        }
        try {
            response.write(true, ByteBuffer.wrap(JSON.writeValueAsBytes(answer.body())), callback);
        } catch (JsonProcessingException e) {
            callback.failed(e);
        }
    }
}
