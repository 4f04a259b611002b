package dev.maintainer.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Asks a node of a cluster, by one of several addresses: the next one is tried only if the one before cannot be reached. */
final class ClusterClient {
    private static final Duration CONNECTING = Duration.ofSeconds(3);
    /** A node waits for another one for 9 s at most. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final int MOST_CAUSES = 8;

    private final HttpClient http;
    private final ObjectMapper json = new ObjectMapper();
    private final List<URI> nodes;
    private final @Nullable String token;

    /**
     * Asks nobody yet.
     *
     * @param nodes {@code http} or {@code https}, host and port; at least one
     * @param token null if the nodes want none
     * @param tls whom to trust, and what to show; null if no node uses TLS
     */
    ClusterClient(List<URI> nodes, @Nullable String token, @Nullable SSLContext tls) {
        this.nodes = List.copyOf(nodes);
        this.token = token;
        HttpClient.Builder builder = HttpClient.newBuilder().connectTimeout(CONNECTING);
        this.http = (tls == null ? builder : builder.sslContext(tls)).build();
    }

    /** A name as a part of a path. */
    static String segment(String name) {
        return URLEncoder.encode(name, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /**
     * What is answered.
     *
     * @param path below {@code /v1}, with its query
     * @param body null for none
     * @throws MaintainerException as the node has refused it, or with {@code NODE_UNAVAILABLE}
     */
    JsonNode ask(String method, String path, @Nullable JsonNode body) throws MaintainerException {
        String unreached = "";
        for (URI node : nodes) {
            try {
                return answer(node, http.send(request(node, method, path, body), BodyHandlers.ofString()));
            } catch (ConnectException | HttpConnectTimeoutException e) {
                unreached += (unreached.isEmpty() ? "" : ", ") + node.getAuthority();
            } catch (SSLHandshakeException e) {
                throw new MaintainerException(
                        ErrorCode.NODE_UNAVAILABLE,
                        "the node at " + node + " and this command do not trust one another: " + reason(e)
                                + "; name whoever has signed its certificate with --ca-file, use a host name that its"
                                + " certificate has, and show a certificate that it trusts, or none",
                        e);
            } catch (SSLException e) {
                throw new MaintainerException(
                        ErrorCode.NODE_UNAVAILABLE,
                        "whoever listens at " + node + " does not speak TLS: " + reason(e) + "; if the node has none,"
                                + " write http://" + node.getAuthority(),
                        e);
            } catch (IOException e) {
                throw new MaintainerException(ErrorCode.NODE_UNAVAILABLE, unanswered(node, method), e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "interrupted while waiting for an answer", e);
            }
        }
        throw new MaintainerException(
                ErrorCode.NODE_UNAVAILABLE,
                "no node can be reached at " + unreached + "; compare with admin.listen of the nodes");
    }

    private static String unanswered(URI node, String method) {
        return "the node at " + node.getAuthority() + " has not answered"
                + (node.getScheme().equals("http") ? "; if it uses TLS, write https://" + node.getAuthority() : "")
                + (method.equals("GET") ? "" : "; what was asked may have been done, so look before you repeat it");
    }

    /** What is at the bottom says most. */
    private static String reason(Throwable failure) {
        Throwable deepest = failure;
        for (int i = 0; i < MOST_CAUSES && deepest.getCause() != null; i++) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage());
    }

    private HttpRequest request(URI node, String method, String path, @Nullable JsonNode body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(node + "/v1" + path));
        request.timeout(PATIENCE);
        if (token != null) {
            request.header("Authorization", "Bearer " + token);
        }
        if (body != null) {
            request.header("Content-Type", "application/json");
        }
        return request.method(
                        method,
                        body == null
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body.toString()))
                .build();
    }

    private JsonNode answer(URI node, HttpResponse<String> response) throws IOException {
        if (!response.body().startsWith("{")) {
            throw new IOException("no JSON");
        }
        JsonNode body = json.readTree(response.body());
        if (response.statusCode() / 100 == 2) {
            return body;
        }
        ErrorCode code = ErrorCode.REQUEST_REFUSED;
        for (ErrorCode each : ErrorCode.values()) {
            if (each.code().equals(body.path("code").asText())) {
                code = each;
            }
        }
        throw new MaintainerException(
                code,
                body.path("message").asText("the node at " + node.getAuthority() + " refuses it without a reason"));
    }
}
