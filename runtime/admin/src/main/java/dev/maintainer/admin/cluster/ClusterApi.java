package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.error.MaintainerException;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.text.Printable;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * Answers requests of people: what is this node's own here, everything else by passing it on to the leader or the node that is
 * meant, once. A change is written down, and executed once for each idempotency key, where it is executed. Knows nothing of HTTP.
 * Thread-safe; nothing blocks but what runs on the executors.
 */
final class ClusterApi {
    private static final Duration PATIENCE = Duration.ofSeconds(9);

    /**
     * Where requests run that may not run on threads of the network.
     *
     * @param blocking what may wait for a source or a sink
     * @param questions what waits for maintainers
     * @param changes changes, since they are written down first
     * @param delay what is looked at again
     */
    record Threads(Executor blocking, Executor questions, Executor changes, Delay delay) {}

    private final ClusterNode node;
    private final ChangeAudit audit;
    private final Executor executor;
    private final IdempotencyKeys keys = new IdempotencyKeys(System::nanoTime);
    private final ChangefeedRequests changefeeds;
    private final ChangefeedCreation creation;
    private final NodeRequests nodes;
    private final ProtocolRequests protocol;
    private final OwnerRequests owners;

    ClusterApi(ClusterNode node, ChangeAudit audit, Threads threads) {
        this.node = node;
        this.audit = audit;
        this.executor = threads.changes();
        this.changefeeds = new ChangefeedRequests(node, threads.delay());
        this.creation = new ChangefeedCreation(node, threads.blocking(), threads.delay());
        this.nodes = new NodeRequests(node, threads.delay());
        this.protocol = new ProtocolRequests(node);
        this.owners = new OwnerRequests(node, threads.questions());
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
            answer = answered(failed(e));
        }
        return answer.exceptionally(ClusterApi::failed).thenApply(this::signed);
    }

    private static ApiAnswer failed(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (cause instanceof MaintainerException known) {
            return ApiAnswer.of(known);
        }
        return cause instanceof RejectedExecutionException
                ? ApiAnswer.error(
                        ApiAnswer.TOO_MANY,
                        ErrorCode.REQUEST_REFUSED,
                        "this node has too many requests of the kind to answer; ask again in a few seconds")
                : ApiAnswer.error(
                        ApiAnswer.BROKEN,
                        ErrorCode.REQUEST_REFUSED,
                        "the admin interface has failed: " + Printable.line(cause.toString()) + "; please report it");
    }

    /** The first node that answers is the one that knows. An answer may be shared by requests with one key. */
    private ApiAnswer signed(ApiAnswer answer) {
        if (answer.body().has("answeredBy")) {
            return answer;
        }
        ObjectNode body = answer.body().deepCopy();
        body.put("answeredBy", node.self().value());
        long epoch = node.leaderEpoch();
        if (epoch > 0) {
            body.put("leaderEpoch", epoch);
        }
        node.storeSilence().ifPresent(silence -> {
            ObjectNode said = body.putObject("storeSilent");
            said.put("since", silence.since().toString());
            said.put("millis", silence.lasting().toMillis());
            said.put("code", ErrorCode.METADATA_UNAVAILABLE.code());
            said.put(
                    "message",
                    silence.text() + "; what node " + node.self()
                            + " says may be as old as that, and it holds its writes");
        });
        return new ApiAnswer(answer.status(), body);
    }

    private CompletableFuture<ApiAnswer> route(ApiRequest request) {
        Optional<ApiRoute.Target> target = ApiRoute.of(request.method(), request.path());
        if (target.isEmpty()) {
            return answered(nothingThere(request));
        }
        if (target.get().verb() == null) {
            check(request, target.get().route());
        }
        refuseVersion(request, target.get().route());
        return placed(request, target.get());
    }

    /** Who misspells dryRun, or thinks that something is looked at that is not, must not change anything. */
    private static void check(ApiRequest request, ApiRoute route) {
        request.query().forEach((name, value) -> {
            boolean paging = route.isList() && (name.equals("limit") || name.equals("after"));
            boolean dry = name.equals("dryRun") && (value.equals("true") || value.equals("false"));
            if (!paging && !dry) {
                throw new MaintainerException(
                        ErrorCode.BAD_INPUT,
                        "the query has " + Printable.quoted(name + "=" + value)
                                + ", and may have dryRun=true or dryRun=false only"
                                + (route.isList() ? ", and limit and after" : ""));
            }
        });
    }

    private static void refuseVersion(ApiRequest request, ApiRoute route) {
        if (request.ifVersion() != null && !route.takesVersion()) {
            throw new MaintainerException(
                    ErrorCode.BAD_INPUT,
                    "If-Match is for changes of a changefeed, and does nothing here; leave it out");
        }
    }

    private CompletableFuture<ApiAnswer> placed(ApiRequest request, ApiRoute.Target target) {
        return switch (target.route().place()) {
            case ANY -> here(request, target);
            case LEADER -> notLeading(request).orElseGet(() -> here(request, target));
            case NAMED_NODE -> {
                NodeId named = NodeNames.resolve(node.members().keySet(), target.name());
                yield at(named, request, target);
            }
            case OWNER -> owners.place(request, target.name(), this::route, owner -> at(owner, request, target));
        };
    }

    private CompletableFuture<ApiAnswer> at(NodeId place, ApiRequest request, ApiRoute.Target target) {
        return place.equals(node.self()) ? here(request, target) : passOn(request, place);
    }

    private CompletableFuture<ApiAnswer> here(ApiRequest request, ApiRoute.Target target) {
        if (!target.route().changes() || request.isDryRun()) {
            return execute(request, target);
        }
        return CompletableFuture.completedFuture(request)
                .thenComposeAsync(asked -> keys.once(asked, () -> audited(asked, target)), executor);
    }

    private CompletableFuture<ApiAnswer> audited(ApiRequest request, ApiRoute.Target target) {
        audit.begin(request);
        CompletableFuture<ApiAnswer> answer;
        try {
            answer = execute(request, target);
        } catch (RuntimeException e) {
            answer = CompletableFuture.failedFuture(e);
        }
        return answer.exceptionally(ClusterApi::failed)
                .thenApplyAsync(
                        done -> {
                            audit.end(request, done);
                            return done;
                        },
                        executor);
    }

    private CompletableFuture<ApiAnswer> execute(ApiRequest request, ApiRoute.Target target) {
        String name = target.name();
        return switch (target.route()) {
            case OPENAPI -> answered(ApiAnswer.ok(OpenApi.document()));
            case METRICS ->
                answered(ApiAnswer.error(
                        ApiAnswer.BAD,
                        ErrorCode.BAD_INPUT,
                        "metrics are no JSON, and each node has its own; ask that node itself"));
            case CONFIG -> answered(ApiAnswer.ok(settings()));
            case CLUSTER -> answered(ApiAnswer.ok(nodes.cluster()));
            case FINALIZE -> protocol.finalizeCluster(request);
            case NODES -> answered(ApiAnswer.ok(nodes.list(Page.of(request))));
            case DRAIN_STATUS -> answered(ApiAnswer.ok(nodes.drainStatus(member(name))));
            case DRAIN -> nodes.drain(request, member(name));
            case DRAIN_CANCEL -> nodes.cancelDrain(request, member(name));
            case STOP -> answered(nodes.stop(request));
            case MAINTAINER -> changefeeds.maintainer(name);
            case CHANGEFEEDS -> answered(ApiAnswer.ok(changefeeds.list(Page.of(request))));
            case CREATE -> creation.create(request);
            case SHOW -> changefeeds.show(name);
            case REMOVE -> changefeeds.remove(request, name);
            case MOVE -> changefeeds.move(request, name);
            case PAUSE -> changefeeds.pause(request, name, true);
            case RESUME -> changefeeds.pause(request, name, false);
            case LOOK, ASK -> owners.answer(request, Objects.requireNonNull(target.verb()), name);
        };
    }

    private NodeId member(String said) {
        return NodeNames.resolve(node.members().keySet(), said);
    }

    /** What becomes of the request if this node cannot answer as the leader; empty if it can. */
    private Optional<CompletableFuture<ApiAnswer>> notLeading(ApiRequest request) {
        if (node.leaderEpoch() > 0) {
            return node.coordinator().isReady()
                    ? Optional.empty()
                    : Optional.of(
                            answered(
                                    unavailable(
                                            "the leader " + node.self()
                                                    + " has just been elected and does not know yet what there is; ask again in a few seconds")));
        }
        Optional<NodeId> leader = node.leader().filter(each -> !each.equals(node.self()));
        return Optional.of(leader.isEmpty() ? answered(unavailable(nobodyLeads())) : passOn(request, leader.get()));
    }

    private String nobodyLeads() {
        String begin = "no member leads at this moment, and only a leader can answer; ";
        return begin
                + node.storeSilence()
                        .map(silence -> "none can be elected, because " + silence.text() + " ("
                                + ErrorCode.METADATA_UNAVAILABLE.code()
                                + "): look at it, and ask again when it answers")
                        .orElse("ask again in a few seconds");
    }

    private CompletableFuture<ApiAnswer> passOn(ApiRequest request, NodeId to) {
        if (request.forwarded()) {
            return answered(unavailable("the request was passed on to node " + node.self()
                    + ", which would have to pass it on to " + to
                    + ": leadership is changing; ask again in a few seconds"));
        }
        return node.calls().call(to, ApiEnvelope.write(request), PATIENCE).thenApply(ApiEnvelope::answer);
    }

    private ObjectNode settings() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ObjectNode settings = body.putObject("settings");
        node.settings().forEach(settings::put);
        ObjectNode waiting = body.putObject("needsRestart");
        node.settingsAfterRestart().forEach(waiting::put);
        return body;
    }

    static CompletableFuture<ApiAnswer> answered(ApiAnswer answer) {
        return CompletableFuture.completedFuture(answer);
    }

    static ApiAnswer unavailable(String message) {
        return ApiAnswer.error(ApiAnswer.UNAVAILABLE, ErrorCode.NODE_UNAVAILABLE, message);
    }

    private static ApiAnswer nothingThere(ApiRequest request) {
        List<String> methods = ApiRoute.methodsOf(request.path());
        return methods.isEmpty()
                ? ApiAnswer.error(
                        ApiAnswer.UNKNOWN,
                        ErrorCode.UNKNOWN_NAME,
                        "there is nothing at " + Printable.quoted(ChangefeedNames.shortened(request.path()))
                                + "; see /v1/changefeeds, /v1/nodes, /v1/cluster, /v1/config, and /v1/openapi.json")
                : ApiAnswer.error(
                        ApiAnswer.METHOD,
                        ErrorCode.NOT_ALLOWED,
                        Printable.quoted(ChangefeedNames.shortened(request.path())) + " does not take "
                                + Printable.line(request.method()) + "; use " + String.join(" or ", methods));
    }
}
