package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.text.Printable;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/**
 * Answers requests of people: what is this node's own here, everything else by passing it on to the leader, once. Knows nothing
 * of HTTP. Thread-safe; nothing blocks but what runs on the executor.
 */
final class ClusterApi {
    private static final Duration PATIENCE = Duration.ofSeconds(9);
    private static final String CHANGEFEEDS = "changefeeds";
    private static final String NODES = "nodes";

    private final ClusterNode node;
    private final ChangefeedRequests changefeeds;
    private final NodeRequests nodes;

    /** @param blocking runs what may wait for a source or a sink */
    ClusterApi(ClusterNode node, Executor blocking) {
        this.node = node;
        this.changefeeds = new ChangefeedRequests(node, blocking);
        this.nodes = new NodeRequests(node);
    }

    /** From now on requests that other nodes pass on are answered, too. */
    void serve() {
        node.calls().serve((from, bytes) -> {
            ApiRequest request;
            try {
                request = ApiEnvelope.request(bytes);
            } catch (MaintainerException e) {
                return CompletableFuture.completedFuture(ApiEnvelope.write(ApiAnswer.of(e)));
            }
            return handle(request).thenApply(ApiEnvelope::write);
        });
    }

    /** The answer; never fails. */
    CompletableFuture<ApiAnswer> handle(ApiRequest request) {
        CompletableFuture<ApiAnswer> answer;
        try {
            answer = route(request);
        } catch (RuntimeException e) {
            answer = CompletableFuture.completedFuture(failed(e));
        }
        return answer.exceptionally(ClusterApi::failed).thenApply(this::signed);
    }

    private static ApiAnswer failed(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return cause instanceof MaintainerException known
                ? ApiAnswer.of(known)
                : ApiAnswer.error(
                        ApiAnswer.BROKEN,
                        ErrorCode.REQUEST_REFUSED,
                        "the admin interface has failed: " + Printable.line(cause.toString()) + "; please report it");
    }

    /** The first node that answers is the one that knows. */
    private ApiAnswer signed(ApiAnswer answer) {
        if (!answer.body().has("answeredBy")) {
            answer.body().put("answeredBy", node.self().value());
            long epoch = node.leaderEpoch();
            if (epoch > 0) {
                answer.body().put("leaderEpoch", epoch);
            }
        }
        return answer;
    }

    private CompletableFuture<ApiAnswer> route(ApiRequest request) {
        String[] parts = request.segments();
        if (parts.length < 2 || !parts[0].equals("v1")) {
            return answered(unknown(request));
        }
        return switch (parts[1]) {
            case "config" -> local(request, "GET", parts.length == 2, () -> ApiAnswer.ok(settings()));
            case "cluster" -> local(request, "GET", parts.length == 2, () -> ApiAnswer.ok(nodes.cluster()));
            case NODES -> nodes(request, parts);
            case CHANGEFEEDS -> parts.length > 4 ? answered(unknown(request)) : byLeader(request, parts);
            default -> answered(unknown(request));
        };
    }

    private interface Local {
        ApiAnswer answer();
    }

    private CompletableFuture<ApiAnswer> local(ApiRequest request, String method, boolean exists, Local own) {
        if (!exists) {
            return answered(unknown(request));
        }
        return answered(request.method().equals(method) ? own.answer() : otherMethod(request, method));
    }

    private CompletableFuture<ApiAnswer> nodes(ApiRequest request, String[] parts) {
        if (parts.length == 2) {
            return local(request, "GET", true, () -> ApiAnswer.ok(nodes.list()));
        }
        if (parts.length != 4) {
            return answered(unknown(request));
        }
        NodeId named = NodeNames.resolve(node.members().keySet(), parts[2]);
        return switch (parts[3]) {
            case "drain" -> leading(request).orElseGet(() -> answered(nodes.drain(request, named)));
            case "stop" -> {
                if (!request.method().equals("POST")) {
                    yield answered(otherMethod(request, "POST"));
                }
                yield named.equals(node.self()) ? answered(nodes.stop(request)) : passOn(request, named);
            }
            default -> answered(unknown(request));
        };
    }

    private CompletableFuture<ApiAnswer> byLeader(ApiRequest request, String[] parts) {
        return leading(request).orElseGet(() -> switch (parts.length) {
            case 2 -> changefeeds.all(request);
            case 3 -> changefeeds.one(request, parts[2]);
            default -> changefeeds.verb(request, parts[2], parts[3]);
        });
    }

    /** What becomes of the request if this node does not lead; empty if it does. */
    private Optional<CompletableFuture<ApiAnswer>> leading(ApiRequest request) {
        if (node.leaderEpoch() > 0) {
            return Optional.empty();
        }
        Optional<NodeId> leader = node.leader().filter(each -> !each.equals(node.self()));
        if (leader.isEmpty()) {
            return Optional.of(answered(ApiAnswer.error(
                    ApiAnswer.UNAVAILABLE,
                    ErrorCode.NODE_UNAVAILABLE,
                    "no member leads at this moment, and only a leader can answer; ask again in a few seconds")));
        }
        return Optional.of(passOn(request, leader.get()));
    }

    private CompletableFuture<ApiAnswer> passOn(ApiRequest request, NodeId to) {
        if (request.forwarded()) {
            return answered(ApiAnswer.error(
                    ApiAnswer.UNAVAILABLE,
                    ErrorCode.NODE_UNAVAILABLE,
                    "the request was passed on to node " + node.self() + ", which would have to pass it on to " + to
                            + ": leadership is changing; ask again in a few seconds"));
        }
        return node.calls()
                .call(to, ApiEnvelope.write(request.forwardedOnce()), PATIENCE)
                .thenApply(ApiEnvelope::answer);
    }

    private ObjectNode settings() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode settings = body.putObject("settings");
        node.settings().forEach(settings::put);
        return body;
    }

    static CompletableFuture<ApiAnswer> answered(ApiAnswer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    static ApiAnswer otherMethod(ApiRequest request, String allowed) {
        return ApiAnswer.error(
                ApiAnswer.METHOD,
                ErrorCode.NOT_ALLOWED,
                Printable.quoted(request.path()) + " does not take " + Printable.line(request.method()) + "; use "
                        + allowed);
    }

    static ApiAnswer unknown(ApiRequest request) {
        return ApiAnswer.error(
                ApiAnswer.UNKNOWN,
                ErrorCode.UNKNOWN_NAME,
                "there is nothing at " + Printable.quoted(request.path())
                        + "; see /v1/changefeeds, /v1/nodes, /v1/cluster, /v1/config");
    }
}
