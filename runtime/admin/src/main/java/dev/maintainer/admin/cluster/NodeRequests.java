package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.text.Printable;
import dev.maintainer.coordinator.DrainView;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/** What concerns nodes. */
final class NodeRequests {
    private static final Duration PERIOD = Duration.ofMillis(20);
    private static final int LOOKS = 150;

    private final ClusterNode node;
    private final Delay delay;
    /** Distinguishes the requests of this process; a coordinator lives no longer than it. */
    private final AtomicLong requests = new AtomicLong();

    NodeRequests(ClusterNode node, Delay delay) {
        this.node = node;
        this.delay = delay;
    }

    ObjectNode list(Page page) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("rosterVersion", node.rosterVersion());
        ArrayNode nodes = body.putArray("nodes");
        NodeId leader = leader(body).orElse(null);
        TreeMap<String, NodeId> ids = new TreeMap<>();
        SortedMap<NodeId, ClusterNode.Member> members = node.members();
        members.keySet().forEach(id -> ids.put(id.value(), id));
        page.show(ids, body, (name, id) -> {
            ClusterNode.Member member = Objects.requireNonNull(members.get(id));
            ObjectNode row = nodes.addObject();
            row.put("id", id.value());
            row.put("name", NodeNames.nameOf(id));
            row.put("address", member.address());
            row.put("leader", id.equals(leader));
            row.put("self", id.equals(node.self()));
            ObjectNode labels = row.putObject("labels");
            member.labels().forEach(labels::put);
        });
        return body;
    }

    /** Who leads, unless this node has not heard of the store for so long that it may be somebody else. */
    private Optional<NodeId> leader(ObjectNode body) {
        boolean known = node.storeSilence().isEmpty();
        body.put("leaderKnown", known);
        if (known) {
            return node.leader();
        }
        body.put("lastLeader", node.leader().map(NodeId::value).orElse(null));
        return Optional.empty();
    }

    ObjectNode cluster() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("self", node.self().value());
        body.put("leader", leader(body).map(NodeId::value).orElse(null));
        body.put("rosterVersion", node.rosterVersion());
        body.put("members", node.members().size());
        node.protocol().ifPresent(protocol -> body.set("protocol", ProtocolRequests.describe(protocol)));
        body.put("ready", node.notReady().isEmpty());
        node.notReady().ifPresent(reason -> body.put("notReady", reason));
        return body;
    }

    ObjectNode drainStatus(NodeId member) {
        return drainRow(node.coordinator().drainView(), member);
    }

    /** On the leader; answers when the coordinator has. */
    CompletableFuture<ApiAnswer> drain(ApiRequest request, NodeId member) {
        if (request.isDryRun()) {
            return ClusterApi.answered(new ApiAnswer(ApiAnswer.ACCEPTED, drainStatus(member)));
        }
        long number = requests.incrementAndGet();
        node.coordinator().drain(number, member);
        return answerOf(number, member);
    }

    /** On the leader. The drain of another node is not cancelled by this. */
    CompletableFuture<ApiAnswer> cancelDrain(ApiRequest request, NodeId member) {
        DrainView view = node.coordinator().drainView();
        NodeId target = view.target().node();
        boolean underWay = view.state() == DrainView.State.DRAINING || view.state() == DrainView.State.DRAINED;
        if (underWay && !member.equals(target)) {
            return ClusterApi.answered(ApiAnswer.error(
                    ApiAnswer.CONFLICT,
                    ErrorCode.REQUEST_REFUSED,
                    "node " + member + " is not being drained, node " + target + " is; name that one"));
        }
        if (!underWay || request.isDryRun()) {
            return ClusterApi.answered(new ApiAnswer(ApiAnswer.ACCEPTED, drainStatus(member)));
        }
        long number = requests.incrementAndGet();
        node.coordinator().cancelDrain(number);
        return answerOf(number, member);
    }

    private CompletableFuture<ApiAnswer> answerOf(long number, NodeId member) {
        return delay.poll(
                PERIOD,
                LOOKS,
                () -> {
                    DrainView view = node.coordinator().drainView();
                    DrainView.Answer answer = view.answers().get(number);
                    if (answer == null) {
                        return null;
                    }
                    return answer.accepted()
                            ? new ApiAnswer(ApiAnswer.ACCEPTED, drainRow(view, member))
                            : ApiAnswer.error(
                                    ApiAnswer.CONFLICT, ErrorCode.REQUEST_REFUSED, Printable.line(answer.text()));
                },
                () -> ClusterApi.unavailable("the coordinator has not answered for "
                        + PERIOD.multipliedBy(LOOKS).toSeconds()
                        + " s; look at the drain, or ask again: to ask twice does no harm"));
    }

    private static ObjectNode drainRow(DrainView view, NodeId member) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("node", member.value());
        boolean ours = member.equals(view.target().node());
        body.put("state", ours ? view.state().name() : DrainView.State.NONE.name());
        body.put("remaining", ours ? view.remaining() : 0);
        body.put("text", view.describe());
        body.put("status", "/v1/nodes/" + member + "/drain");
        return body;
    }

    /** On the node that is to stop. */
    ApiAnswer stop(ApiRequest request) {
        if (!request.isDryRun()) {
            node.stop();
        }
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("node", node.self().value());
        body.put("stopping", !request.isDryRun());
        return new ApiAnswer(ApiAnswer.ACCEPTED, body);
    }
}
