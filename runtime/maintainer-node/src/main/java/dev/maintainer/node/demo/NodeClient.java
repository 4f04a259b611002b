package dev.maintainer.node.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** Asks the admin interface of a node. Thread-safe. */
public final class NodeClient {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /**
     * What a node has answered.
     *
     * @param status of HTTP; 0 if there was no answer
     * @param body an object; empty if there was none
     */
    public record Answer(int status, JsonNode body) {
        private static final Answer NONE = new Answer(0, JsonNodeFactory.instance.objectNode());

        /** {@return whether it has done what was asked for} */
        public boolean isGood() {
            return status / 100 == 2;
        }

        /** {@return whether the node cannot answer now, and it is worth to ask again} */
        public boolean isUnavailable() {
            return status == 503 || status == 0;
        }

        /** {@return a field of the body as text; empty if it is not there} */
        public String text(String field) {
            return body.path(field).asText("");
        }
    }

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
    private final ObjectMapper json = new ObjectMapper();
    private final String address;

    /**
     * Asks nothing yet.
     *
     * @param address {@code HOST:PORT}
     */
    public NodeClient(String address) {
        this.address = address;
    }

    /** {@return what it answers to a GET} */
    public Answer get(String path) throws InterruptedException {
        return send(request(path).GET().build());
    }

    /** {@return what it answers to a POST} */
    public Answer post(String path, JsonNode body) throws InterruptedException {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()))
                .build());
    }

    /** {@return what it answers to a DELETE} */
    public Answer delete(String path) throws InterruptedException {
        return send(request(path).DELETE().build());
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://" + address + path)).timeout(PATIENCE);
    }

    private Answer send(HttpRequest request) throws InterruptedException {
        try {
            HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
            JsonNode body = response.body().startsWith("{") ? json.readTree(response.body()) : Answer.NONE.body;
            return new Answer(response.statusCode(), body);
        } catch (IOException e) {
            return Answer.NONE;
        }
    }
}
