package dev.maintainer.dispatcher;

import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.api.port.Transport;
import java.util.function.Consumer;

/** What all changefeeds of a node share. */
record WorkerSurroundings(
        NodeId self,
        DispatcherFactory factory,
        Transport transport,
        Consumer<WorkerInput> mailbox,
        WorkerConfig config,
        WorkerCounters counters) {
    /** A lost report is healed by the next periodic one, or by the maintainer asking again. */
    void send(NodeId to, WorkerReport report) {
        transport.send(to, report);
    }

    WorkerError error(ErrorCode code, String message) {
        return new WorkerError(self, code, message);
    }
}
