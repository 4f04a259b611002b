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
import dev.maintainer.coordinator.CoordinatorInput;
import dev.maintainer.coordinator.RequestAnswer;
import dev.maintainer.coordinator.RequestTerms;
import dev.maintainer.core.MaintainerView;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collections;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** What concerns changefeeds that there are; on the leader, but for {@link #maintainer}. */
final class ChangefeedRequests {
    /** The owner is asked for details, which are not worth a long wait. */
    private static final Duration OWNER_PATIENCE = Duration.ofMillis(900);

    private static final Duration PERIOD = Duration.ofMillis(20);
    private static final int LOOKS = 150;
    /** A list of many changefeeds stays short; the owner tells more. */
    private static final int ERRORS_IN_ROW = 3;

    private static final int MESSAGE_CHARS = 2_000;
    private static final String CHECKPOINT = "checkpointTs";
    private static final String SCHEDULER = "scheduler";
    private static final String NO_CHECKPOINT = "checkpointMissing";

    private final ClusterNode node;
    private final Delay delay;
    private final CheckpointLag lag;
    /** Distinguishes the requests of this process; a coordinator lives no longer than it. */
    private final AtomicLong requests = new AtomicLong();

    ChangefeedRequests(ClusterNode node, Delay delay) {
        this.node = node;
        this.delay = delay;
        this.lag = new CheckpointLag(node, InstantSource.system());
    }

    ObjectNode list(Page page) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode rows = body.putArray("changefeeds");
        TreeMap<String, ChangefeedId> names = new TreeMap<>();
        SortedMap<ChangefeedId, ChangefeedView> views = node.coordinator().views();
        views.keySet().forEach(id -> names.put(id.name(), id));
        page.show(names, body, (name, id) -> describe(rows.addObject(), id, Objects.requireNonNull(views.get(id))));
        return body;
    }

    private void describe(ObjectNode row, ChangefeedId id, ChangefeedView view) {
        NodeId owner = view.owner();
        row.put("name", id.name());
        row.put("owner", owner == null ? null : owner.value());
        node.coordinator().ownerSilentMillis(view).ifPresent(silent -> row.put("ownerSilentMillis", silent));
        row.put("version", view.version());
        row.put("epoch", view.epoch().value());
        if (view.checkpointHeard()) {
            row.put(CHECKPOINT, view.checkpointTs());
            lag.describe(row, id, view.checkpointTs());
        } else {
            // What an earlier leader has shown may be ahead of what it had stored, and a checkpoint must not seem to go
            // back.
            row.put(
                    NO_CHECKPOINT,
                    "this leader has not heard of an owner yet; the last checkpoint that was stored is "
                            + view.checkpointTs());
        }
        row.put("state", view.wanted().name());
        row.put("phase", view.phase().name());
        String waitsFor = view.waitsFor();
        if (waitsFor != null) {
            row.put("waitsFor", waitsFor);
        }
        // Whoever has chosen none gets that of the owner, which is usually the same everywhere.
        row.put(SCHEDULER, view.scheduler().isEmpty() ? node.settings().get("node.scheduler") : view.scheduler());
        row.put("redo", view.configuration().settings().containsKey("redo"));
        row.put("errorCount", view.errors().size());
        ArrayNode errors = row.putArray("errors");
        view.errors().stream()
                .limit(ERRORS_IN_ROW)
                .forEach(each -> error(errors.addObject(), each.node(), each.code(), each.message()));
    }

    private static void error(ObjectNode row, NodeId node, ErrorCode code, String message) {
        String line = Printable.line(message);
        row.put("node", node.value());
        row.put("code", code.code());
        row.put("error", code.name());
        row.put("message", line.length() <= MESSAGE_CHARS ? line : line.substring(0, MESSAGE_CHARS) + " ...");
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
                // Its checkpoint is ahead of the leader's, since it reports now and then. It stays among the details:
                // as soon
                // as the owner does not answer, only the leader's is left, and a checkpoint must not seem to go back.
                body.set("maintainer", details);
                body.set(SCHEDULER, details.path(SCHEDULER));
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
                "/v1/maintainers/" + ApiRoute.segment(id.name()),
                Collections.emptySortedMap(),
                JsonNodeFactory.instance.objectNode(),
                "node",
                null,
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
        lag.describe(row, view.changefeed(), view.checkpointTs());
        row.put("resolvedTs", view.resolvedTs());
        row.put(SCHEDULER, view.scheduling().scheduler());
        row.put("spans", view.spans());
        row.put("absent", view.absent());
        row.put("operatorsInFlight", view.operatorsInFlight());
        ObjectNode byNode = row.putObject("dispatchersByNode");
        view.dispatchersByNode().forEach((id, count) -> byNode.put(id.value(), count));
        row.put("checkpointHeldBy", Printable.line(view.checkpointHeldBy()));
        row.put("errorCount", view.errorCount());
        ArrayNode errors = row.putArray("errors");
        view.errors().forEach(each -> {
            ObjectNode error = errors.addObject();
            error(error, each.node(), each.code(), each.message());
            error.put("lastingMillis", each.lastingMillis());
        });
        row.put("refused", view.refused() == null ? null : Printable.line(view.refused()));
        return row;
    }

    CompletableFuture<ApiAnswer> remove(ApiRequest request, String name) {
        ChangefeedId id = known(name);
        return change(request, id, "removed", terms -> new CoordinatorInput.RemoveChangefeed(id, terms));
    }

    CompletableFuture<ApiAnswer> move(ApiRequest request, String name) {
        ChangefeedId id = known(name);
        NodeId target = NodeNames.resolve(node.members().keySet(), ChangefeedNames.text(request.body(), "node"));
        return change(
                request, id, "moved to " + target, terms -> new CoordinatorInput.MoveMaintainer(id, target, terms));
    }

    CompletableFuture<ApiAnswer> pause(ApiRequest request, String name, boolean paused) {
        ChangefeedId id = known(name);
        return change(
                request,
                id,
                paused ? "paused" : "resumed",
                terms -> new CoordinatorInput.PauseChangefeed(id, paused, terms));
    }

    /** Answers when the coordinator has looked at it: what it refuses has not been accepted. */
    private CompletableFuture<ApiAnswer> change(
            ApiRequest request,
            ChangefeedId id,
            String what,
            Function<RequestTerms, CoordinatorInput.ChangeRequest> wanted) {
        if (request.isDryRun()) {
            return ClusterApi.answered(tried(request, id, what));
        }
        long number = requests.incrementAndGet();
        node.coordinator().request(wanted.apply(new RequestTerms(number, request.ifVersion())));
        return delay.poll(
                PERIOD,
                LOOKS,
                () -> node.coordinator()
                        .answer(number)
                        .map(answer -> answerOf(request, id, what, answer))
                        .orElse(null),
                () -> ClusterApi.unavailable("the coordinator has not answered for "
                        + PERIOD.multipliedBy(LOOKS).toSeconds()
                        + " s; look at the changefeed, since it may have been " + what
                        + " all the same, or ask again: to ask twice does no harm"));
    }

    private ApiAnswer tried(ApiRequest request, ChangefeedId id, String what) {
        ChangefeedView view = node.coordinator().views().get(id);
        String version = request.ifVersion();
        return view != null && version != null && !version.equals(view.version())
                ? ApiAnswer.error(
                        ApiAnswer.OTHER_VERSION,
                        ErrorCode.REQUEST_REFUSED,
                        "changefeed " + id.name() + " has version " + view.version() + " now")
                : accepted(request, id, what);
    }

    private static ApiAnswer answerOf(ApiRequest request, ChangefeedId id, String what, RequestAnswer answer) {
        String text = Printable.line(answer.text());
        return switch (answer.outcome()) {
            case ACCEPTED -> accepted(request, id, what);
            case REFUSED -> ApiAnswer.error(ApiAnswer.CONFLICT, ErrorCode.REQUEST_REFUSED, text);
            case OTHER_VERSION -> ApiAnswer.error(ApiAnswer.OTHER_VERSION, ErrorCode.REQUEST_REFUSED, text);
            case UNKNOWN -> ApiAnswer.error(ApiAnswer.UNKNOWN, ErrorCode.UNKNOWN_NAME, text);
            case NOT_STARTED -> ClusterApi.unavailable(text);
        };
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
