package dev.maintainer.process.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.maintainer.process.cluster.Member;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What nodes have written down about themselves, of all of them, in the order of the one monotonic clock that processes of this
 * machine share.
 */
public final class Events {
    private final List<JsonNode> all;

    private Events(List<JsonNode> all) {
        this.all = all;
    }

    /** Reads what there is by now. */
    public static Events of(List<Member> members) throws IOException {
        List<String> lines = new ArrayList<>();
        for (Member member : members) {
            Path directory = member.directory().resolve("data/events");
            if (!Files.isDirectory(directory)) {
                continue;
            }
            List<Path> files;
            try (Stream<Path> listed = Files.list(directory)) {
                files = listed.toList();
            }
            for (Path file : files) {
                lines.addAll(Files.readAllLines(file));
            }
        }
        return parse(lines);
    }

    /** Events of any order. A last line that a killed process has left incomplete is left out. */
    static Events parse(List<String> lines) throws IOException {
        ObjectMapper json = new ObjectMapper();
        List<JsonNode> all = new ArrayList<>();
        for (String line : lines) {
            if (line.startsWith("{") && line.endsWith("}")) {
                all.add(json.readTree(line));
            }
        }
        all.sort(Comparator.comparingLong(each -> each.path("nanoTime").asLong()));
        return new Events(all);
    }

    /** {@return all of them} */
    public List<JsonNode> all() {
        return List.copyOf(all);
    }

    /** {@return those with this name} */
    public List<JsonNode> named(String event) {
        return all.stream()
                .filter(each -> each.path("event").asText().equals(event))
                .toList();
    }

    /** {@return those after a time of the monotonic clock} */
    public Events since(long nanoTime) {
        return new Events(all.stream()
                .filter(each -> each.path("nanoTime").asLong() >= nanoTime)
                .toList());
    }

    /** {@return those that name this changefeed} */
    public Events about(String changefeed) {
        return new Events(all.stream()
                .filter(each -> each.path("changefeed").asText().equals(changefeed))
                .toList());
    }

    /** {@return those of one node, over all its processes} */
    public Events by(Member member) {
        return new Events(all.stream()
                .filter(each -> member.isCalled(each.path("node").asText()))
                .toList());
    }
}
