package dev.maintainer.node.admin;

import com.fasterxml.jackson.databind.JsonNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.node.changelog.StrictJson;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** Asks a node that runs on this machine. Thread-safe. */
public final class AdminClient {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(60);

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT).build();
    private final AdminDirectory directory;

    /** A client of the node that keeps its address and token in a directory. */
    public AdminClient(AdminDirectory directory) {
        this.directory = directory;
    }

    /**
     * Asks.
     *
     * @param verb such as {@code spans}
     * @param changes whether the verb changes something
     * @return the answer
     * @throws MaintainerException with the code and the message of the node if it refuses; with
     *     {@code NODE_UNAVAILABLE} if it cannot be reached
     */
    public JsonNode ask(String verb, boolean changes, SortedMap<String, String> parameters) {
        JsonNode address = parse(directory.address());
        String query = parameters.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        URI uri = URI.create("http://" + address.path("address").asText() + ":"
                + address.path("port").asInt() + "/v1/" + verb + (query.isEmpty() ? "" : "?" + query));
        HttpRequest.Builder request =
                HttpRequest.newBuilder(uri).timeout(ANSWER).header("Authorization", "Bearer " + directory.token());
        HttpRequest built = changes
                ? request.POST(HttpRequest.BodyPublishers.noBody()).build()
                : request.GET().build();
        try {
            HttpResponse<String> response = http.send(built, HttpResponse.BodyHandlers.ofString());
            JsonNode answer = parse(response.body());
            if (response.statusCode() != 200) {
                throw refusal(answer);
            }
            return answer;
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.NODE_UNAVAILABLE,
                    "the node of " + directory + " (process "
                            + address.path("pid").asText() + ") does not answer: " + e
                            + "; if it has ended, remove the directory",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "interrupted", e);
        }
    }

    private static MaintainerException refusal(JsonNode answer) {
        String name = answer.path("name").asText();
        ErrorCode code = Arrays.stream(ErrorCode.values())
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElse(ErrorCode.NODE_UNAVAILABLE);
        return new MaintainerException(code, answer.path("message").asText());
    }

    private static JsonNode parse(String text) {
        try {
            return StrictJson.MAPPER.readTree(text);
        } catch (IOException e) {
            throw new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "the node answered what is no JSON: " + e, e);
        }
    }
}
