package dev.maintainer.node.server;

import static dev.maintainer.node.server.ClusterOfServers.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.node.metrics.NodeMetric;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
class NodeMetricsTest {
    private static final String FEED = "orders";
    /** What has no line before it has happened, and does not happen here. */
    private static final List<NodeMetric> RARE = List.of(
            NodeMetric.OPERATORS,
            NodeMetric.OPERATORS_OLDEST,
            NodeMetric.OPERATOR_REFUSALS,
            NodeMetric.SUPPRESSED,
            NodeMetric.WORKER_FAULTS,
            NodeMetric.REPORTS_REFUSED,
            NodeMetric.PEER_ROUND_TRIP);

    @TempDir
    private Path directory;

    private final HttpClient http = HttpClient.newHttpClient();

    private String scrape(NodeServer server) throws IOException, InterruptedException {
        HttpResponse<String> answer = http.send(
                HttpRequest.newBuilder(URI.create("http://" + server.adminAddress() + "/v1/metrics"))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(200);
        return answer.body();
    }

    private static Optional<Double> value(String text, String series) {
        return text.lines()
                .filter(line -> line.startsWith(series + " "))
                .map(line -> Double.valueOf(line.substring(series.length() + 1)))
                .findFirst();
    }

    private boolean shows(NodeServer server, String series, double least) {
        try {
            return value(scrape(server), series).filter(value -> value >= least).isPresent();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path log() throws IOException {
        Path log = directory.resolve("log.ndjson");
        StringBuilder lines = new StringBuilder();
        for (int i = 1; i <= 3; i++) {
            lines.append("{\"commitTs\":%d,\"ddl\":\"CREATE_TABLE\",\"schema\":\"shop\",\"table\":\"t%d\"}%n"
                    .formatted(10 + i, i));
        }
        lines.append("{\"type\":\"resolved\",\"ts\":100}%n".formatted());
        return Files.writeString(log, lines, StandardCharsets.UTF_8);
    }

    @Test
    @DisplayName(
            "a node whose configuration is read again takes what counts at once, names the rest, and ignores a bad one")
    void reload() throws Exception {
        try (ClusterOfServers cluster = new ClusterOfServers(directory)) {
            NodeServer node = cluster.start("n1");
            Path file = directory.resolve("n1.toml");
            String text = Files.readString(file);

            Files.writeString(
                    file,
                    text.replace("name = \"n1\"", "name = \"n1\"\neligible = false") + "[log]\nlevel = \"ERROR\"\n");
            node.reload(() -> ServerConfig.read(file, Map.of(), List.of()));
            assertThat(node.settings()).containsEntry("log.level", "ERROR").containsEntry("node.eligible", "true");
            assertThat(node.settingsAfterRestart()).isEqualTo(Map.of("node.eligible", "false"));

            Files.writeString(file, "[log]\nlevel = \"LOUD\"\n");
            node.reload(() -> ServerConfig.read(file, Map.of(), List.of()));
            assertThat(node.settings()).containsEntry("log.level", "ERROR");
            Files.writeString(file, text);
            node.reload(() -> ServerConfig.read(file, Map.of(), List.of()));
            assertThat(node.settings()).containsEntry("log.level", "");
            assertThat(node.settingsAfterRestart()).isEmpty();
        }
    }

    @Test
    @DisplayName(
            "a cluster shows where its changefeed is, who leads, and what it has moved; and nothing under an unknown name")
    void shown() throws Exception {
        try (ClusterOfServers cluster = new ClusterOfServers(directory)) {
            NodeServer first = cluster.start("n1");
            NodeServer second = cluster.start("n2");
            cluster.create(FEED, log(), directory.resolve("sink"));
            await("an owner", () -> cluster.owner(FEED).isPresent());
            NodeServer owner = cluster.owner(FEED).orElseThrow();
            String checkpoint = "maintainer_changefeed_checkpoint_ts{changefeed=\"orders\"}";
            await("the owner to show the checkpoint", () -> shows(owner, checkpoint, 100));
            assertThat(value(scrape(owner), "maintainer_changefeed_spans{changefeed=\"orders\"}"))
                    .hasValue(3.0);

            NodeServer leader = cluster.leader().orElseThrow();
            NodeServer other = owner == first ? second : first;
            leader.coordinator().moveMaintainer(new ChangefeedId(FEED), other.self());
            await("the other node to show the changefeed", () -> shows(other, checkpoint, 100));
            await(
                    "the leader to show the handoff",
                    () -> shows(leader, "maintainer_coordinator_handoffs_seconds_count{outcome=\"completed\"}", 1));
            await("the former owner not to show the changefeed any more", () -> !shows(owner, checkpoint, 0));
            await("peers to be heard", () -> shows(first, "maintainer_peer_generation{peer=\"n2\"}", 1));

            TreeSet<String> shown = new TreeSet<>();
            for (NodeServer each : List.of(first, second)) {
                scrape(each)
                        .lines()
                        .filter(line -> line.startsWith("maintainer_"))
                        .map(line -> line.replaceAll("[{ ].*", ""))
                        .forEach(shown::add);
            }
            TreeSet<String> known = new TreeSet<>();
            TreeSet<String> rare = new TreeSet<>();
            Arrays.stream(NodeMetric.values()).forEach(metric -> {
                known.addAll(metric.shownAs());
                if (RARE.contains(metric)) {
                    rare.addAll(metric.shownAs());
                }
            });
            assertThat(known).containsAll(shown);
            known.removeAll(rare);
            assertThat(shown).containsAll(known);
        }
    }
}
