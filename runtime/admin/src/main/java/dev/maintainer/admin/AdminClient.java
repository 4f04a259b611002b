package dev.maintainer.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.text.Printable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** Asks a node that runs on this machine; answers are JSON with the names of the records of {@link ClusterAdmin}. Thread-safe. */
public final class AdminClient {
    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(60);
    /** A snapshot may be very long. */
    private static final Duration LONG_ANSWER = Duration.ofMinutes(10);

    /** What is answered with a list; all else is answered with an object. */
    private static final Set<String> LISTS = Set.of(
            "changefeeds",
            "placements",
            "nodes",
            "operators",
            "schedulers",
            "explain",
            "why-not",
            "barriers",
            "pause",
            "resume");

    private static final int SHOWN = 100;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(CONNECT).build();
    private final AdminDirectory directory;
    private final Duration patience;

    /** A client of the node that keeps its address and token in a directory. */
    public AdminClient(AdminDirectory directory) {
        this(directory, ANSWER);
    }

    /** The same, which waits for so long until a whole answer has come. */
    AdminClient(AdminDirectory directory, Duration patience) {
        this.directory = directory;
        this.patience = patience;
    }

    /**
     * Asks.
     *
     * @param verb such as {@code spans}
     * @param changes whether the verb changes something
     * @return the answer, an object or a list
     * @throws MaintainerException with the code and the message of the node if it refuses; with
     *     {@code NODE_UNAVAILABLE} if it cannot be reached, does not answer in time, or with something else
     */
    public JsonNode ask(String verb, boolean changes, SortedMap<String, String> parameters) {
        try (InputStream answer = send(verb, changes, parameters, patience)) {
            JsonNode json = parse(answer.readAllBytes());
            if (LISTS.contains(verb) ? !json.isArray() : !json.isObject()) {
                throw new MaintainerException(
                        ErrorCode.NODE_UNAVAILABLE,
                        "the node of " + directory + " answered what is no answer to '" + verb + "': "
                                + (json.isMissingNode() ? "nothing" : Printable.shortened(json.toString(), SHOWN))
                                + "; is it of another release?");
            }
            return json;
        } catch (IOException e) {
            throw broken(e);
        }
    }

    /**
     * Asks a question whose answer may be too long to be kept, and passes it on as it comes.
     *
     * @throws MaintainerException as {@link #ask} does
     * @throws IOException if {@code out} cannot be written
     */
    public void copy(String verb, SortedMap<String, String> parameters, OutputStream out) throws IOException {
        try (InputStream answer = send(verb, false, parameters, LONG_ANSWER)) {
            byte[] some = new byte[1 << 16];
            int length = read(answer, some);
            while (length >= 0) {
                out.write(some, 0, length);
                length = read(answer, some);
            }
        }
    }

    /** Several values of one parameter. */
    public static String list(List<String> values) {
        ArrayNode list = JsonNodeFactory.instance.arrayNode();
        values.forEach(list::add);
        return list.toString();
    }

    /** What fails here is the node, what fails on the other side is the caller's. */
    private int read(InputStream answer, byte[] some) {
        try {
            return answer.read(some);
        } catch (IOException e) {
            throw broken(e);
        }
    }

    private InputStream send(String verb, boolean changes, SortedMap<String, String> parameters, Duration deadline) {
        NodeAddress address = directory.address();
        String query = parameters.entrySet().stream()
                .map(each -> each.getKey() + "=" + URLEncoder.encode(each.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        HttpRequest.Builder request = HttpRequest.newBuilder(address.uri(verb, query))
                .timeout(patience)
                .header("Authorization", "Bearer " + address.token());
        HttpRequest built = changes
                ? request.POST(HttpRequest.BodyPublishers.noBody()).build()
                : request.GET().build();
        try {
            HttpResponse<InputStream> response = http.send(built, HttpResponse.BodyHandlers.ofInputStream());
            InputStream answer = new TimedAnswer(response.body(), deadline);
            if (response.statusCode() == 200) {
                return answer;
            }
            try (answer) {
                throw refusal(response.statusCode(), parse(answer.readAllBytes()));
            }
        } catch (IOException e) {
            throw new MaintainerException(
                    ErrorCode.NODE_UNAVAILABLE,
                    "the node of " + directory + " (process " + address.process() + ") does not answer: " + e
                            + "; if it has ended, start one with 'run --hold'",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "interrupted", e);
        }
    }

    private MaintainerException broken(IOException e) {
        String what = e instanceof HttpTimeoutException
                ? " does not come to the end of its answer: " + e.getMessage() + "; ask again, and look into its log"
                : " has ended while it answered: " + e;
        return new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "the node of " + directory + what, e);
    }

    private static MaintainerException refusal(int status, JsonNode answer) {
        String name = answer.path("name").asText();
        ErrorCode code = Arrays.stream(ErrorCode.values())
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElse(ErrorCode.REQUEST_REFUSED);
        return new MaintainerException(code, answer.path("message").asText("no reason given, status " + status));
    }

    private static JsonNode parse(byte[] text) {
        try {
            return AdminJson.STRICT.readTree(text);
        } catch (IOException e) {
            throw new MaintainerException(ErrorCode.NODE_UNAVAILABLE, "the node answered what is no JSON: " + e, e);
        }
    }
}
