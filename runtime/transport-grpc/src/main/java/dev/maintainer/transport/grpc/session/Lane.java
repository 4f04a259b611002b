package dev.maintainer.transport.grpc.session;

import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.message.Message;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.message.WorkerReport;

/**
 * The streams of messages between two nodes, by who receives them: what a receiver cannot take holds up nothing that is
 * for another. Within a lane messages arrive in the order in which they were sent. Heartbeats have no lane of their own: one
 * must not overtake a bootstrap snapshot.
 *
 * @since 0.1.0
 */
public enum Lane {
    /** From the coordinator to a host. */
    COORDINATOR_REQUEST(8 << 20, true),
    /** From a worker to a host. */
    REPORT(32 << 20, true),
    /** From a host to a worker. */
    COMMAND(32 << 20, true),
    /** From a host to the coordinator. */
    COORDINATOR_REPORT(8 << 20, false);

    private final long maxBytes;
    private final boolean waits;

    Lane(long maxBytes, boolean waits) {
        this.maxBytes = maxBytes;
        this.waits = waits;
    }

    /** {@return how many bytes may wait for one peer} */
    public long maxBytes() {
        return maxBytes;
    }

    /**
     * Whether a message waits for room at its receiver. A node that does not lead takes no report for the coordinator, and never
     * will take those that wait; they are repeated anyhow.
     *
     * @return false if what finds no room is dropped at once
     */
    public boolean waitsForRoom() {
        return waits;
    }

    /**
     * The lane of a message.
     *
     * @param message any message
     * @return the one that it is sent on
     */
    public static Lane of(Message message) {
        if (message instanceof WorkerReport) {
            return REPORT;
        }
        if (message instanceof WorkerCommand) {
            return COMMAND;
        }
        if (message instanceof CoordinatorRequest) {
            return COORDINATOR_REQUEST;
        }
        if (message instanceof CoordinatorReport) {
            return COORDINATOR_REPORT;
        }
        throw new IllegalStateException("unknown message " + message.kind());
    }
}
