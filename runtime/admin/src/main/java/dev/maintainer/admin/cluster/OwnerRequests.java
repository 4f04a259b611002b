package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.admin.MaintainerVerbs;
import dev.maintainer.admin.MaintainerVerbs.Verb;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import java.time.Duration;
import java.util.Collections;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * What only the owner of a changefeed knows, or can do: finds it, and lets it answer. The leader knows who owns what; a node that
 * was asked by another one does not look any further.
 */
final class OwnerRequests {
    private static final Duration OWN_PATIENCE = Duration.ofMillis(900);
    /** Below what a node may answer another one, with room for what is around it. */
    private static final int MOST_BYTES = 3 << 20;

    private final ClusterNode node;
    private final Executor questions;

    /** @param questions runs what waits for maintainers */
    OwnerRequests(ClusterNode node, Executor questions) {
        this.node = node;
        this.questions = questions;
    }

    /**
     * Where a request belongs.
     *
     * @param leader asks whoever leads
     * @param placed is given the owner, and answers
     */
    CompletableFuture<ApiAnswer> place(
            ApiRequest request,
            String changefeed,
            Function<ApiRequest, CompletableFuture<ApiAnswer>> leader,
            Function<NodeId, CompletableFuture<ApiAnswer>> placed) {
        if (request.forwarded()) {
            return placed.apply(node.self());
        }
        // Whoever leads may know another owner, also while nothing here answers.
        return hosted(changefeed)
                .exceptionally(failure -> Optional.empty())
                .thenCompose(here -> here.isPresent()
                        ? placed.apply(node.self())
                        : leader.apply(new ApiRequest(
                                        "GET",
                                        "/v1/changefeeds/" + ApiRoute.segment(changefeed),
                                        Collections.emptySortedMap(),
                                        JsonNodeFactory.instance.objectNode(),
                                        request.principal(),
                                        null,
                                        null,
                                        false))
                                .thenCompose(answer -> placed(answer, placed)));
    }

    private static CompletableFuture<ApiAnswer> placed(
            ApiAnswer known, Function<NodeId, CompletableFuture<ApiAnswer>> placed) {
        if (known.status() != ApiAnswer.OK) {
            return ClusterApi.answered(known);
        }
        JsonNode owner = known.body().path("owner");
        if (owner.isTextual()) {
            return placed.apply(new NodeId(owner.asText()));
        }
        String name = known.body().path("name").asText();
        return ClusterApi.answered(
                known.body().path("state").asText().equals("PAUSE")
                        ? ApiAnswer.error(
                                ApiAnswer.CONFLICT,
                                ErrorCode.REQUEST_REFUSED,
                                "changefeed " + name
                                        + " is paused: nothing of it runs that could answer; resume it first")
                        : ClusterApi.unavailable("changefeed " + name
                                + " has no maintainer at this moment, which alone could answer: it is "
                                + known.body().path("phase").asText() + "; ask again in a few seconds"));
    }

    /** The maintainer of a changefeed, if it runs here. */
    private CompletableFuture<Optional<ChangefeedId>> hosted(String name) {
        return node.maintainers()
                .copy()
                .orTimeout(OWN_PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(all -> all.stream()
                        .map(each -> each.changefeed())
                        .filter(id -> id.name().equals(name) && !id.isRedo())
                        .findFirst());
    }

    /** Lets the maintainer that runs here answer. */
    CompletableFuture<ApiAnswer> answer(ApiRequest request, Verb verb, String name) {
        SortedMap<String, String> given = OwnerVerbs.given(request, verb, name);
        String target = given.get("node");
        if (target != null) {
            given.put("node", NodeNames.resolve(node.members().keySet(), target).value());
        }
        return hosted(name)
                .exceptionallyCompose(failure -> CompletableFuture.failedFuture(new MaintainerException(
                        ErrorCode.NODE_UNAVAILABLE,
                        "the maintainers of node " + node.self() + " have not answered for " + OWN_PATIENCE.toMillis()
                                + " ms; ask again, or look at a thread dump of the node",
                        failure)))
                .thenApplyAsync(
                        here -> here.isEmpty()
                                ? ClusterApi.unavailable("changefeed " + name + " has no maintainer on node "
                                        + node.self() + " any more; ask again")
                                : ApiAnswer.ok(body(
                                        MaintainerVerbs.answer(node.adminOf(here.get()), verb, given, MOST_BYTES))),
                        questions);
    }

    /** Whoever reads an object may not find in it what others have added. */
    private static ObjectNode body(JsonNode answer) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.set("answer", answer);
        return body;
    }
}
