package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.maintainer.api.model.ChangefeedConfiguration;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Two nodes, {@code n1.a}, which leads, and {@code n2.b}, and what people ask of them. Time stands still. */
final class TwoNodes {
    static final ChangefeedConfiguration ORDERS =
            new ChangefeedConfiguration(new TreeMap<>(Map.of("source", "changelog:orders", "sink", "files:out")));
    static final String CREATE_ORDERS = "{'name':'orders','source':'changelog:orders','sink':'files:out'}";

    final FakeNode.Cluster cluster = new FakeNode.Cluster();
    final FakeNode first = cluster.add("n1.a");
    final FakeNode second = cluster.add("n2.b");
    final ManualDelay time = new ManualDelay();
    final Path directory;
    final ClusterApi atFirst;
    final ClusterApi atSecond;

    /** @param blocking runs validations; changes run at once */
    TwoNodes(Path directory, @Nullable Executor blocking) {
        this.directory = directory;
        cluster.elect(first);
        Executor validations = blocking == null ? Runnable::run : blocking;
        this.atFirst = api(first, "first", validations);
        this.atSecond = api(second, "second", validations);
        atFirst.serve();
        atSecond.serve();
    }

    /** One more node, which changes at once. */
    ClusterApi api(FakeNode node, String name) {
        return api(node, name, Runnable::run);
    }

    private ClusterApi api(FakeNode node, String name, Executor blocking) {
        return new ClusterApi(
                node,
                new ChangeAudit(directory.resolve(name), InstantSource.fixed(Instant.EPOCH), 1 << 20),
                new ClusterApi.Threads(blocking, Runnable::run, Runnable::run, time));
    }

    static ApiRequest request(String method, String path, String body) {
        return request(method, path, body, null);
    }

    /** @param body with apostrophes for quotation marks; empty for none */
    static ApiRequest request(String method, String path, String body, @Nullable String key) {
        SortedMap<String, String> query = new TreeMap<>();
        int mark = path.indexOf('?');
        for (String part : mark < 0 ? new String[0] : path.substring(mark + 1).split("&", -1)) {
            int equals = part.indexOf('=');
            query.put(
                    equals < 0 ? "dryRun" : part.substring(0, equals),
                    equals < 0 ? "true" : part.substring(equals + 1));
        }
        return new ApiRequest(
                method,
                mark < 0 ? path : path.substring(0, mark),
                query,
                body.isEmpty() ? JsonNodeFactory.instance.objectNode() : json(body.replace('\'', '"')),
                "token 1234",
                null,
                key,
                false);
    }

    static JsonNode json(String text) {
        try {
            return new JsonMapper().readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    ApiAnswer ask(ClusterApi api, String method, String path, String body) {
        return now(api.handle(request(method, path, body)));
    }

    /** Time stands still, so what is answered is answered at once. */
    static ApiAnswer now(CompletableFuture<ApiAnswer> answer) {
        return answer.orTimeout(10, TimeUnit.SECONDS).join();
    }

    List<JsonNode> audit(String name) {
        Path file = directory.resolve(name).resolve("audit.log");
        List<JsonNode> lines = new ArrayList<>();
        try {
            if (Files.exists(file)) {
                for (String line : Files.readAllLines(file)) {
                    lines.add(json(line));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }
}
