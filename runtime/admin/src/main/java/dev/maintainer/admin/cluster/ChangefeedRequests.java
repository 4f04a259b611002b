package dev.maintainer.admin.cluster;

import static dev.maintainer.admin.cluster.ClusterApi.answered;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedConfiguration;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.text.NearestName;
import dev.maintainer.api.text.Printable;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.coordinator.CoordinatorInput;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What concerns changefeeds; on the leader. */
final class ChangefeedRequests {
    private static final long LOOK_MILLIS = 50;
    private static final int LOOKS = 100;

    private final ClusterNode node;
    private final Executor blocking;

    ChangefeedRequests(ClusterNode node, Executor blocking) {
        this.node = node;
        this.blocking = blocking;
    }

    /** List and create. */
    CompletableFuture<ApiAnswer> all(ApiRequest request) {
        return switch (request.method()) {
            case "GET" -> answered(ApiAnswer.ok(list()));
            case "POST" -> create(request);
            default -> answered(ClusterApi.otherMethod(request, "GET or POST"));
        };
    }

    private ObjectNode list() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode rows = body.putArray("changefeeds");
        node.coordinator().views().forEach((id, view) -> describe(rows.addObject(), id, view));
        return body;
    }

    private static void describe(ObjectNode row, ChangefeedId id, ChangefeedView view) {
        NodeId owner = view.owner();
        row.put("name", id.name());
        row.put("owner", owner == null ? null : owner.value());
        row.put("epoch", view.epoch().value());
        row.put("checkpointTs", view.checkpointTs());
        row.put("state", view.wanted().name());
        row.put("phase", view.phase().name());
    }

    /** Look and remove. */
    CompletableFuture<ApiAnswer> one(ApiRequest request, String name) {
        return switch (request.method()) {
            case "GET" -> {
                ChangefeedId id = known(name);
                ObjectNode body = JsonNodeFactory.instance.objectNode();
                describe(body, id, view(id));
                yield answered(ApiAnswer.ok(body));
            }
            case "DELETE" -> {
                ChangefeedId id = known(name);
                if (!request.isDryRun()) {
                    node.coordinator().remove(id);
                }
                yield answered(accepted(id, "is being removed"));
            }
            default -> answered(ClusterApi.otherMethod(request, "GET or DELETE"));
        };
    }

    /** Move, pause, resume. */
    CompletableFuture<ApiAnswer> verb(ApiRequest request, String name, String verb) {
        if (!verb.equals("move") && !verb.equals("pause") && !verb.equals("resume")) {
            return answered(ClusterApi.unknown(request));
        }
        if (!request.method().equals("POST")) {
            return answered(ClusterApi.otherMethod(request, "POST"));
        }
        ChangefeedId id = known(name);
        String what;
        if (verb.equals("move")) {
            NodeId target = NodeNames.resolve(node.members().keySet(), text(request.body(), "node"));
            what = "is asked to move to " + target;
            if (!request.isDryRun()) {
                node.coordinator().moveMaintainer(id, target);
            }
        } else {
            boolean paused = verb.equals("pause");
            what = paused ? "is being paused" : "is being resumed";
            if (!request.isDryRun()) {
                node.coordinator().pause(id, paused);
            }
        }
        return answered(accepted(id, what));
    }

    private ApiAnswer accepted(ChangefeedId id, String what) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("name", id.name());
        body.put("message", "changefeed " + id.name() + " " + what);
        body.put("status", "/v1/changefeeds/" + id.name());
        return new ApiAnswer(ApiAnswer.ACCEPTED, body);
    }

    // ---- creation --------------------------------------------------------------------------------------------------

    private CompletableFuture<ApiAnswer> create(ApiRequest request) {
        JsonNode body = request.body();
        ChangefeedId id = named(text(body, "name"));
        ChangefeedConfiguration configuration = configuration(body);
        String scheduler = body.path("scheduler").asText("");
        if (!scheduler.isEmpty() && !node.schedulers().contains(scheduler)) {
            throw new MaintainerException(
                    ErrorCode.UNKNOWN_SCHEDULER,
                    "no scheduler is called " + Printable.quoted(scheduler)
                            + NearestName.question(scheduler, node.schedulers()) + "; there are "
                            + String.join(", ", node.schedulers()));
        }
        if (node.coordinator().views().containsKey(id)) {
            throw exists(id);
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    long startTs = node.validate(id, configuration);
                    JsonNode wanted = body.path("startTs");
                    long from = wanted.isMissingNode() ? startTs : startAt(wanted, startTs);
                    ObjectNode answer = JsonNodeFactory.instance.objectNode();
                    answer.put("name", id.name());
                    answer.put("startTs", from);
                    answer.put("status", "/v1/changefeeds/" + id.name());
                    if (request.isDryRun()) {
                        return ApiAnswer.ok(answer);
                    }
                    node.coordinator()
                            .create(new CoordinatorInput.CreateChangefeed(id, from, scheduler, false, configuration));
                    return new ApiAnswer(awaitView(id) ? ApiAnswer.CREATED : ApiAnswer.ACCEPTED, answer);
                },
                blocking);
    }

    private static ChangefeedId named(String name) {
        try {
            return new ChangefeedId(name);
        } catch (IllegalArgumentException e) {
            throw new MaintainerException(ErrorCode.BAD_INPUT, Printable.line(String.valueOf(e.getMessage())), e);
        }
    }

    private static long startAt(JsonNode wanted, long earliest) {
        if (!wanted.canConvertToLong() || wanted.asLong() < earliest) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "startTs " + Printable.quoted(wanted.asText()) + " must be a number, and at least " + earliest
                            + ", where the source begins");
        }
        return wanted.asLong();
    }

    /** Whether it is stored, within a few seconds. */
    private boolean awaitView(ChangefeedId id) {
        for (int i = 0; i < LOOKS; i++) {
            if (node.coordinator().views().containsKey(id)) {
                return true;
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    private static ChangefeedConfiguration configuration(JsonNode body) {
        SortedMap<String, String> settings = new TreeMap<>();
        settings.put("source", text(body, "source"));
        settings.put("sink", text(body, "sink"));
        JsonNode options = body.path("options");
        if (!options.isMissingNode() && !options.isObject()) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "options must be an object of texts, with keys such as source.KEY and sink.KEY");
        }
        options.properties().forEach(option -> {
            String key = option.getKey();
            if (!key.startsWith("source.") && !key.startsWith("sink.")) {
                throw new MaintainerException(
                        ErrorCode.BAD_INPUT,
                        "the option " + Printable.quoted(key)
                                + " must begin with source. or sink., whose setting it is");
            }
            settings.put(key, option.getValue().asText());
        });
        return new ChangefeedConfiguration(settings);
    }

    private static MaintainerException exists(ChangefeedId id) {
        return new MaintainerException(
                ErrorCode.REQUEST_REFUSED,
                "changefeed " + id.name() + " exists; look at it, remove it, or choose another name");
    }

    private static String text(JsonNode body, String field) {
        String value = body.path(field).asText("");
        if (value.isBlank()) {
            throw new MaintainerException(ErrorCode.BAD_INPUT, "the body needs '" + field + "', a text");
        }
        return value;
    }

    private ChangefeedView view(ChangefeedId id) {
        ChangefeedView view = node.coordinator().views().get(id);
        if (view == null) {
            throw unknown(id.name());
        }
        return view;
    }

    private ChangefeedId known(String name) {
        @Nullable
        ChangefeedId id = node.coordinator().views().keySet().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElse(null);
        if (id == null) {
            throw unknown(name);
        }
        return id;
    }

    private MaintainerException unknown(String name) {
        TreeSet<String> names = new TreeSet<>();
        node.coordinator().views().keySet().forEach(each -> names.add(each.name()));
        return new MaintainerException(
                ErrorCode.UNKNOWN_NAME,
                "no changefeed is called " + Printable.quoted(name) + NearestName.question(name, names));
    }
}
