package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.text.Printable;
import dev.maintainer.coordinator.ChangefeedView;
import dev.maintainer.core.MaintainerView;
import java.time.Duration;
import java.util.Collections;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** What concerns changefeeds that there are; on the leader, but for {@link #maintainer}. */
final class ChangefeedRequests {
    /** The owner is asked for details, which are not worth a long wait. */
    private static final Duration OWNER_PATIENCE = Duration.ofMillis(900);

    private static final String CHECKPOINT = "checkpointTs";

    private final ClusterNode node;

    ChangefeedRequests(ClusterNode node) {
        this.node = node;
    }

    ObjectNode list() {
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
        row.put(CHECKPOINT, view.checkpointTs());
        row.put("state", view.wanted().name());
        row.put("phase", view.phase().name());
        row.put("scheduler", view.scheduler());
    }

    /** What the leader knows, and in {@code maintainer} what the owner does, if it answers within a second. */
    CompletableFuture<ApiAnswer> show(String name) {
        ChangefeedId id = known(name);
        ChangefeedView view = node.coordinator().views().get(id);
        if (view == null) {
            return CompletableFuture.failedFuture(new MaintainerException(
                    ErrorCode.UNKNOWN_NAME, "changefeed " + id.name() + " has just been removed"));
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        describe(body, id, view);
        NodeId owner = view.owner();
        if (owner == null) {
            return ClusterApi.answered(ApiAnswer.ok(body));
        }
        return askOwner(owner, id).handle((answer, failure) -> {
            if (answer == null || answer.status() != ApiAnswer.OK) {
                body.put(
                        "maintainerMissing",
                        answer == null
                                ? reason(failure)
                                : answer.body().path("message").asText());
            } else {
                ObjectNode details = answer.body();
                details.remove("leaderEpoch");
                body.set("maintainer", details);
                // The owner reports now and then, so it is usually ahead; a former owner is behind.
                body.put(
                        CHECKPOINT,
                        Math.max(view.checkpointTs(), details.path(CHECKPOINT).asLong()));
            }
            return ApiAnswer.ok(body);
        });
    }

    private CompletableFuture<ApiAnswer> askOwner(NodeId owner, ChangefeedId id) {
        if (owner.equals(node.self())) {
            return maintainer(id.name());
        }
        ApiRequest question = new ApiRequest(
                "GET",
                "/v1/maintainers/" + id.name(),
                Collections.emptySortedMap(),
                JsonNodeFactory.instance.objectNode(),
                "node",
                null,
                true);
        return node.calls()
                .call(owner, ApiEnvelope.write(question), OWNER_PATIENCE)
                .thenApply(ApiEnvelope::answer);
    }

    private static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof TimeoutException
                ? "the owner has not answered for " + OWNER_PATIENCE.toMillis() + " ms"
                : Printable.line(String.valueOf(cause.getMessage()));
    }

    /** What the maintainer that runs on this node says of itself. */
    CompletableFuture<ApiAnswer> maintainer(String name) {
        return node.maintainers()
                .copy()
                .orTimeout(OWNER_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(all -> all.stream()
                        .filter(each -> each.changefeed().name().equals(name)
                                && !each.changefeed().isRedo())
                        .findFirst()
                        .map(view -> ApiAnswer.ok(describe(view)))
                        .orElseGet(() -> ApiAnswer.error(
                                ApiAnswer.UNKNOWN,
                                ErrorCode.UNKNOWN_NAME,
                                "changefeed " + Printable.quoted(name) + " has no maintainer on node " + node.self()
                                        + " at this moment")))
                .exceptionally(failure -> ClusterApi.unavailable(reason(failure)));
    }

    private ObjectNode describe(MaintainerView view) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        row.put("name", view.changefeed().name());
        row.put("node", node.self().value());
        row.put("epoch", view.epoch().value());
        row.put("phase", view.phase().name());
        row.put(CHECKPOINT, view.checkpointTs());
        row.put("resolvedTs", view.resolvedTs());
        row.put("spans", view.spans());
        row.put("absent", view.absent());
        row.put("operatorsInFlight", view.operatorsInFlight());
        ObjectNode byNode = row.putObject("dispatchersByNode");
        view.dispatchersByNode().forEach((id, count) -> byNode.put(id.value(), count));
        row.put("checkpointHeldBy", Printable.line(view.checkpointHeldBy()));
        row.put("refused", view.refused() == null ? null : Printable.line(view.refused()));
        return row;
    }

    ApiAnswer remove(ApiRequest request, String name) {
        ChangefeedId id = known(name);
        if (!request.isDryRun()) {
            node.coordinator().remove(id);
        }
        return accepted(request, id, "removed");
    }

    ApiAnswer move(ApiRequest request, String name) {
        ChangefeedId id = known(name);
        NodeId target = NodeNames.resolve(node.members().keySet(), ChangefeedNames.text(request.body(), "node"));
        if (!request.isDryRun()) {
            node.coordinator().moveMaintainer(id, target);
        }
        return accepted(request, id, "moved to " + target);
    }

    ApiAnswer pause(ApiRequest request, String name, boolean paused) {
        ChangefeedId id = known(name);
        if (!request.isDryRun()) {
            node.coordinator().pause(id, paused);
        }
        return accepted(request, id, paused ? "paused" : "resumed");
    }

    private static ApiAnswer accepted(ApiRequest request, ChangefeedId id, String what) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("name", id.name());
        body.put("message", "changefeed " + id.name() + (request.isDryRun() ? " would be " : " is being ") + what);
        body.put("status", "/v1/changefeeds/" + id.name());
        return new ApiAnswer(ApiAnswer.ACCEPTED, body);
    }

    private ChangefeedId known(String name) {
        return ChangefeedNames.resolve(node.coordinator().views().keySet(), name);
    }
}
