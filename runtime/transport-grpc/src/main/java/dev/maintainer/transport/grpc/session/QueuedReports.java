package dev.maintainer.transport.grpc.session;

import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.WorkerError;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a message that waits loses its place to: a later one of the same kind that says as much, or more. */
final class QueuedReports {
    private QueuedReports() {}

    /**
     * What two messages have in common if the later one can stand for both; null if none can stand for such a message. All of
     * these kinds are repeated, so that one of them may be lost.
     */
    static @Nullable Object key(Message message) {
        if (message instanceof WorkerReport.Heartbeat it) {
            return heartbeatKey(it.changefeed(), it.epoch(), it.incarnation());
        }
        if (message instanceof WorkerReport.BootstrapSnapshot it) {
            return List.of(it.kind(), it.changefeed(), it.epoch(), it.incarnation());
        }
        if (message instanceof WorkerCommand.Release it) {
            return List.of(it.kind(), it.changefeed(), it.epoch());
        }
        if (message instanceof WorkerCommand.PersistRedoMeta it) {
            return List.of(it.kind(), it.changefeed(), it.epoch(), it.trigger());
        }
        return message instanceof CoordinatorReport.MaintainerHeartbeat it ? it.kind() : null;
    }

    /**
     * The key of the messages that no later one can stand for once this message waits behind them; null if there are none. What
     * a heartbeat from before a snapshot says is not true beside that snapshot.
     */
    static @Nullable Object separates(Message message) {
        return message instanceof WorkerReport.BootstrapSnapshot it
                ? heartbeatKey(it.changefeed(), it.epoch(), it.incarnation())
                : null;
    }

    private static Object heartbeatKey(ChangefeedId changefeed, MaintainerEpoch epoch, long incarnation) {
        return List.of("Heartbeat", changefeed, epoch, incarnation);
    }

    /** The message that stands for both; {@link #key} says that they may be joined. */
    static Message join(Message earlier, Message later) {
        return earlier instanceof WorkerReport.Heartbeat first && later instanceof WorkerReport.Heartbeat second
                ? join(first, second)
                : later;
    }

    /**
     * A status belongs to the requests that were executed when it was taken. So what only the earlier one says counts only if
     * nothing was executed in between, and nothing of it counts beside a complete later one. What is left out is lost as
     * if the earlier one had been.
     */
    private static WorkerReport.Heartbeat join(WorkerReport.Heartbeat earlier, WorkerReport.Heartbeat later) {
        Set<WorkerError> errors = new LinkedHashSet<>(earlier.errors());
        errors.addAll(later.errors());
        boolean sameRequests = earlier.executed() == later.executed();
        List<DispatcherStatus> statuses = later.statuses();
        if (sameRequests && !later.complete()) {
            Map<DispatcherId, DispatcherStatus> latest = new LinkedHashMap<>();
            earlier.statuses().forEach(status -> latest.put(status.dispatcher(), status));
            later.statuses().forEach(status -> latest.put(status.dispatcher(), status));
            statuses = new ArrayList<>(latest.values());
        }
        return new WorkerReport.Heartbeat(
                later.changefeed(),
                later.epoch(),
                later.incarnation(),
                later.executed(),
                later.watermark(),
                statuses,
                later.complete() || (sameRequests && earlier.complete()),
                new ArrayList<>(errors));
    }
}
