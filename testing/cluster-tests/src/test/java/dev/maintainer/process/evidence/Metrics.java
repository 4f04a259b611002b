package dev.maintainer.process.evidence;

import dev.maintainer.process.cluster.Member;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;

/** What a node measures of itself, at one moment. */
public final class Metrics {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<String> lines;

    private Metrics(List<String> lines) {
        this.lines = lines;
    }

    /** Asks a node. */
    public static Metrics of(Member member) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + member.adminAddress() + "/v1/metrics"))
                .timeout(PATIENCE)
                .build();
        String text = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        return new Metrics(text.lines().filter(line -> !line.startsWith("#")).toList());
    }

    /** {@return the lines that begin with one of these names and are not zero, in their order} */
    public List<String> of(String... names) {
        return lines.stream()
                .filter(line -> List.of(names).stream().anyMatch(line::startsWith))
                .filter(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)) != 0)
                .toList();
    }
}
