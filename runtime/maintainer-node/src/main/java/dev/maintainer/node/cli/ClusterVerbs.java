package dev.maintainer.node.cli;

import static dev.maintainer.node.cli.ClusterClient.segment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What {@code ctl --address} does: asks, and prints the answer. */
final class ClusterVerbs {
    private static final String CHANGEFEEDS = "/changefeeds";

    private final ClusterClient client;
    private final boolean json;
    private final PrintWriter out;

    /** @param json whether answers are printed as they are */
    ClusterVerbs(ClusterClient client, boolean json, PrintWriter out) {
        this.client = client;
        this.json = json;
        this.out = out;
    }

    /** All pages of a list as one. */
    private JsonNode whole(String path, String rows) {
        JsonNode answer = client.ask("GET", path, null);
        JsonNode page = answer;
        while (page.path("next").isTextual() && answer.path(rows) instanceof ArrayNode all) {
            page = client.ask(
                    "GET", path + "?after=" + segment(page.path("next").asText()), null);
            page.path(rows).forEach(all::add);
        }
        if (answer instanceof ObjectNode object) {
            object.remove("next");
        }
        return answer;
    }

    void nodes() {
        JsonNode answer = whole("/nodes", "nodes");
        if (isPrinted(answer)) {
            return;
        }
        JsonNode printable = PrintableJson.of(answer);
        silence(printable);
        printable
                .path("nodes")
                .forEach(node ->
                        out.printf("%s  %s%s%n", text(node, "id"), text(node, "address"), leadership(printable, node)));
    }

    private static String leadership(JsonNode answer, JsonNode node) {
        if (node.path("leader").asBoolean()) {
            return "  leads";
        }
        return text(node, "id").equals(answer.path("lastLeader").textValue())
                ? "  led " + seconds(answer.path("storeSilent").path("millis")) + " ago"
                : "";
    }

    /** Says how old the answer may be, if the node that has given it does not hear of the store. */
    private void silence(JsonNode answer) {
        JsonNode silent = answer.path("storeSilent");
        if (silent.isObject()) {
            out.println(text(silent, "code") + ": " + text(silent, "message"));
        }
    }

    private static String seconds(JsonNode millis) {
        return millis.asLong() / 1_000 + " s";
    }

    void changefeeds() {
        JsonNode answer = whole(CHANGEFEEDS, "changefeeds");
        if (isPrinted(answer)) {
            return;
        }
        JsonNode printable = PrintableJson.of(answer);
        silence(printable);
        printable.path("changefeeds").forEach(row -> {
            JsonNode silent = row.path("ownerSilentMillis");
            JsonNode lag = row.path("checkpointLagMillis");
            out.printf(
                    "%s  %s, %s, owner %s%s, checkpoint %s%s%s%n",
                    text(row, "name"),
                    text(row, "state"),
                    text(row, "phase"),
                    row.path("owner").asText("none"),
                    silent.isNumber() ? " (silent for " + seconds(silent) + ")" : "",
                    row.path("checkpointTs").asText("not known yet"),
                    lag.isNumber() ? ", " + seconds(lag) + " behind" : "",
                    row.has("waitsFor") ? "; waits for " + text(row, "waitsFor") : "");
            CtlText.errors(text(row, "name"), row, out);
        });
    }

    void show(String name) {
        out.println(PrintableJson.of(client.ask("GET", CHANGEFEEDS + "/" + segment(name), null))
                .toPrettyString());
    }

    void create(ObjectNode wanted, Map<String, String> options, boolean dryRun) {
        ObjectNode body = wanted.deepCopy();
        ObjectNode settings = body.putObject("options");
        options.forEach(settings::put);
        JsonNode answer = client.ask("POST", CHANGEFEEDS + query(dryRun), body);
        if (!isPrinted(answer)) {
            String position = answer.has("startTs") ? "starts at " + text(answer, "startTs") : "is there already";
            out.println("changefeed " + text(PrintableJson.of(answer), "name") + (dryRun ? ", if created, " : " ")
                    + position);
        }
    }

    void move(String name, String node, boolean dryRun) {
        change(
                "POST",
                CHANGEFEEDS + "/" + segment(name) + "/move" + query(dryRun),
                JsonNodeFactory.instance.objectNode().put("node", node));
    }

    /** @param name null: the only one */
    void pause(@Nullable String name, boolean paused) {
        change(
                "POST",
                CHANGEFEEDS + "/" + segment(name == null ? only() : name) + (paused ? "/pause" : "/resume"),
                null);
    }

    void remove(String name, boolean dryRun) {
        change("DELETE", CHANGEFEEDS + "/" + segment(name) + query(dryRun), null);
    }

    /** How far the drain is: one node at most is drained, and every node is told of it. */
    void draining() {
        JsonNode first =
                client.ask("GET", "/nodes?limit=1", null).path("nodes").path(0).path("id");
        JsonNode answer = client.ask("GET", "/nodes/" + segment(first.asText()) + "/drain", null);
        if (!isPrinted(answer)) {
            out.println(text(PrintableJson.of(answer), "text"));
        }
    }

    void drain(String node, boolean cancel) {
        change(cancel ? "DELETE" : "POST", "/nodes/" + segment(node) + "/drain", null);
    }

    /**
     * Asks the owner of a changefeed what a process that has everything is asked otherwise.
     *
     * @param verb as it is called there
     * @param given its parameters; without {@code changefeed} the only one is meant
     * @return what the owner says
     */
    JsonNode owner(String verb, boolean changes, SortedMap<String, String> given) {
        SortedMap<String, String> rest = new TreeMap<>(given);
        String named = rest.remove("changefeed");
        boolean dryRun = rest.remove("dry-run") != null;
        String path = CHANGEFEEDS + "/" + segment(named == null ? only() : named) + "/"
                + (verb.equals("move") ? "move-span" : verb);
        if (changes) {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            rest.forEach(body::put);
            return answer(client.ask("POST", path + query(dryRun), body));
        }
        String query = rest.entrySet().stream()
                .map(each -> each.getKey() + "=" + segment(each.getValue()))
                .collect(Collectors.joining("&"));
        return answer(client.ask("GET", path + (query.isEmpty() ? "" : "?" + query), null));
    }

    /** What the owner says; before that, how old it may be. */
    private JsonNode answer(JsonNode wrapped) {
        if (!json) {
            silence(PrintableJson.of(wrapped));
        }
        return wrapped.path("answer");
    }

    private String only() {
        JsonNode first = client.ask("GET", CHANGEFEEDS + "?limit=2", null).path("changefeeds");
        if (first.size() != 1) {
            throw new MaintainerException(
                    ErrorCode.UNKNOWN_NAME,
                    first.isEmpty()
                            ? "there is no changefeed"
                            : "there is more than one changefeed; name one with --changefeed");
        }
        return first.path(0).path("name").asText();
    }

    void finalizeCluster(boolean dryRun) {
        change("POST", "/cluster/finalize" + query(dryRun), null);
    }

    void stop(String node) {
        change("POST", "/nodes/" + segment(node) + "/stop", null);
    }

    private void change(String method, String path, @Nullable JsonNode body) {
        JsonNode answer = client.ask(method, path, body);
        if (!isPrinted(answer)) {
            JsonNode printable = PrintableJson.of(answer);
            silence(printable);
            String said = printable.path("message").asText(text(printable, "text"));
            out.println(said.isEmpty() ? "node " + text(printable, "node") + " stops" : said);
        }
    }

    private static String query(boolean dryRun) {
        return dryRun ? "?dryRun=true" : "";
    }

    private boolean isPrinted(JsonNode answer) {
        if (json) {
            out.println(answer.toPrettyString());
        }
        return json;
    }

    private static String text(JsonNode row, String field) {
        return row.path(field).asText();
    }
}
