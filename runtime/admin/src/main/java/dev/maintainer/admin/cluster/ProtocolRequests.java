package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.admin.cluster.ClusterNode.Protocol;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.text.Printable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** What concerns the protocol of the cluster. */
final class ProtocolRequests {
    /** Below what nodes wait for each other when they pass a request on. */
    private static final long PATIENCE_SECONDS = 7;
    /** How many members are named in a line of text. */
    private static final int MOST_NAMED = 10;

    private final ClusterNode node;

    ProtocolRequests(ClusterNode node) {
        this.node = node;
    }

    /** What is active, what could be, and who is too old for more. */
    static ObjectNode describe(Protocol protocol) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("active", protocol.active());
        body.put("common", protocol.common());
        ArrayNode behind = body.putArray("behind");
        protocol.behind()
                .forEach((member, newest) ->
                        behind.addObject().put("node", member.value()).put("newest", newest));
        return body;
    }

    /** On the leader. */
    CompletableFuture<ApiAnswer> finalizeCluster(ApiRequest request) {
        if (request.isDryRun()) {
            return ClusterApi.answered(
                    node.protocol().map(ProtocolRequests::wouldBe).orElseGet(ProtocolRequests::notLeading));
        }
        return node.finalizeProtocol()
                .thenApply(after -> after.map(ProtocolRequests::done).orElseGet(ProtocolRequests::notLeading))
                .completeOnTimeout(
                        ClusterApi.unavailable("the store has not answered for " + PATIENCE_SECONDS
                                + " s; look at /v1/cluster, or ask again: to ask twice does no harm"),
                        PATIENCE_SECONDS,
                        TimeUnit.SECONDS);
    }

    private static ApiAnswer wouldBe(Protocol now) {
        if (now.common() > now.active()) {
            return ok(
                    now,
                    "every member speaks protocol " + now.common() + "; it would become the active one instead of "
                            + now.active() + ", and nodes that do not speak it would not be admitted any more");
        }
        return now.behind().isEmpty() ? ok(now, already(now)) : tooOld(now);
    }

    private static ApiAnswer done(Protocol after) {
        return after.behind().isEmpty() ? ok(after, already(after)) : tooOld(after);
    }

    private static String already(Protocol now) {
        return "protocol " + now.active() + " is the active one, and no member speaks a newer one";
    }

    private static ApiAnswer ok(Protocol protocol, String text) {
        ObjectNode body = describe(protocol);
        body.put("text", text);
        return ApiAnswer.ok(body);
    }

    private static ApiAnswer tooOld(Protocol now) {
        String named = now.behind().keySet().stream()
                .limit(MOST_NAMED)
                .map(member -> Printable.line(member.value()))
                .collect(Collectors.joining(", "));
        int more = now.behind().size() - MOST_NAMED;
        return ApiAnswer.error(
                ApiAnswer.CONFLICT,
                ErrorCode.REQUEST_REFUSED,
                "protocol " + now.active() + " stays the active one: " + named
                        + (more > 0 ? " and " + more + " more" : "")
                        + (now.behind().size() == 1 ? " speaks" : " speak")
                        + " no newer one; upgrade or stop them first");
    }

    private static ApiAnswer notLeading() {
        return ClusterApi.unavailable("leadership has changed; ask again in a few seconds: to ask twice does no harm");
    }
}
