package dev.maintainer.dispatcher;

import dev.maintainer.api.dispatcher.DispatcherFactory;
import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.WorkerError;
import dev.maintainer.api.port.Transport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What all changefeeds of a node share. */
record WorkerSurroundings(
        NodeId self,
        DispatcherFactory factory,
        Transport transport,
        Consumer<WorkerInput> mailbox,
        WorkerConfig config,
        WorkerCounters counters) {
    private static final Logger LOG = LoggerFactory.getLogger(WorkerSurroundings.class);

    /** A lost report is healed by the next periodic one, or by the maintainer asking again. */
    void send(NodeId to, WorkerReport report) {
        transport.send(to, report);
    }

    /** What is kept for a pipeline outside of its sink may stay if it cannot be given back; the end of the pipeline may not. */
    void release(ChangefeedId changefeed) {
        try {
            factory.release(changefeed);
        } catch (RuntimeException e) {
            LOG.warn("changefeed {} has ended, and what it kept could not be given back", changefeed, e);
        }
    }

    WorkerError error(ErrorCode code, String message) {
        return new WorkerError(self, code, message);
    }
}
