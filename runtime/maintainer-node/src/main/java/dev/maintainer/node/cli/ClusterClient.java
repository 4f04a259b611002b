package dev.maintainer.node.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.FileProblem;
import dev.maintainer.api.text.Printable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Asks a node of a cluster, by one of several addresses: the next one is tried only if the one before cannot be reached. */
final class ClusterClient {
    private static final Duration CONNECTING = Duration.ofSeconds(3);
    /** A node waits for another one for 9 s at most. */
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECTING).build();
    private final ObjectMapper json = new ObjectMapper();
    private final List<String> addresses;
    private final @Nullable String token;

    /**
     * Asks nobody yet.
     *
     * @param addresses {@code HOST:PORT}, at least one
     * @param tokenFile null if the nodes want no token
     * @throws MaintainerException if the file cannot be read
     */
    ClusterClient(List<String> addresses, @Nullable Path tokenFile) throws MaintainerException {
        this.addresses = List.copyOf(addresses);
        try {
            this.token = tokenFile == null ? null : Files.readString(tokenFile).strip();
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT, "--token-file " + tokenFile + " cannot be read: " + FileProblem.of(e), e);
        }
        if (token != null && !token.matches("[\\x21-\\x7e]+")) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "--token-file " + tokenFile + " must have one line, the token, without blanks");
        }
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
        for (String address : addresses) {
            try {
                return answer(
                        address, http.send(request(address, method, path, body), HttpResponse.BodyHandlers.ofString()));
            } catch (ConnectException | HttpConnectTimeoutException e) {
                unreached += (unreached.isEmpty() ? "" : ", ") + address;
            } catch (IOException e) {
                throw new MaintainerException(
                        ErrorCode.NODE_UNAVAILABLE,
                        "the node at " + address + " has not answered"
                                + (method.equals("GET")
                                        ? ""
                                        : "; what was asked may have been done, so look before you repeat it"),
                        e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "interrupted while waiting for an answer", e);
            }
        }
        throw new MaintainerException(
                ErrorCode.NODE_UNAVAILABLE,
                "no node can be reached at " + unreached + "; compare with admin.listen of the nodes");
    }

    private HttpRequest request(String address, String method, String path, @Nullable JsonNode body) {
        HttpRequest.Builder request;
        try {
            request = HttpRequest.newBuilder(URI.create("http://" + address + "/v1" + path));
        } catch (IllegalArgumentException e) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT, "--address " + Printable.quoted(address) + " is not HOST:PORT", e);
        }
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

    private JsonNode answer(String address, HttpResponse<String> response) throws IOException {
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
                code, body.path("message").asText("the node at " + address + " refuses it without a reason"));
    }
}
