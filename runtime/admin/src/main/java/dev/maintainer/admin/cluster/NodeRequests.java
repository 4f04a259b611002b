package dev.maintainer.admin.cluster;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.coordinator.DrainView;
import java.util.concurrent.atomic.AtomicLong;

/** What concerns nodes. */
final class NodeRequests {
    private final ClusterNode node;
    private final AtomicLong drains = new AtomicLong();

    NodeRequests(ClusterNode node) {
        this.node = node;
    }

    ObjectNode list() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("rosterVersion", node.rosterVersion());
        ArrayNode nodes = body.putArray("nodes");
        NodeId leader = node.leader().orElse(null);
        node.members().forEach((id, member) -> {
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

    ObjectNode cluster() {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("self", node.self().value());
        body.put("leader", node.leader().map(NodeId::value).orElse(null));
        body.put("rosterVersion", node.rosterVersion());
        body.put("members", node.members().size());
        body.put("ready", node.notReady().isEmpty());
        node.notReady().ifPresent(reason -> body.put("notReady", reason));
        return body;
    }

    /** On the leader. */
    ApiAnswer drain(ApiRequest request, NodeId member) {
        switch (request.method()) {
            case "GET" -> {
                return ApiAnswer.ok(drainRow(node.coordinator().drainView(), member));
            }
            case "POST" -> {
                if (!request.isDryRun()) {
                    node.coordinator().drain(drains.incrementAndGet(), member);
                }
            }
            case "DELETE" -> {
                if (!request.isDryRun()) {
                    node.coordinator().cancelDrain(drains.incrementAndGet());
                }
            }
            default -> {
                return ClusterApi.otherMethod(request, "GET, POST or DELETE");
            }
        }
        return new ApiAnswer(ApiAnswer.ACCEPTED, drainRow(node.coordinator().drainView(), member));
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
