package dev.maintainer.simulator.world;

import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import java.util.HashMap;
import java.util.Map;

/** The numbers of the requests that owners make of workers: no worker has executed what its owner has not asked for. */
final class RequestCheck {
    private record Asked(ChangefeedId pipeline, MaintainerEpoch epoch, NodeId node) {}

    private final Map<Asked, Long> highest = new HashMap<>();

    /** A message is about to leave. */
    void sent(NodeId from, NodeId to, Message message) {
        if (message instanceof WorkerCommand.CreateDispatcher create) {
            asked(create, to, create.request());
        } else if (message instanceof WorkerCommand.RemoveDispatcher remove) {
            asked(remove, to, remove.request());
        } else if (message instanceof WorkerCommand.MergeDispatchers merge) {
            asked(merge, to, merge.request());
        } else if (message instanceof WorkerReport.Heartbeat heartbeat && heartbeat.executed() > 0) {
            Asked of = new Asked(heartbeat.changefeed(), heartbeat.epoch(), from);
            long most = highest.getOrDefault(of, 0L);
            if (heartbeat.executed() > most) {
                throw new Violation(
                        Invariant.EXECUTED_WAS_ASKED,
                        "node " + from + " has executed request " + heartbeat.executed() + " of " + of.pipeline()
                                + " under epoch " + of.epoch() + ", which has asked for " + most + " there");
            }
        }
    }

    private void asked(WorkerCommand command, NodeId node, long request) {
        highest.merge(new Asked(command.changefeed(), command.epoch(), node), request, Math::max);
    }
}
