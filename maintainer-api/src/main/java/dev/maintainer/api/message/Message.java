package dev.maintainer.api.message;

/** Anything that travels between nodes. */
public sealed interface Message permits WorkerCommand, WorkerReport, CoordinatorRequest, CoordinatorReport {
    /** {@return the kind, as it appears in counters and logs} */
    default String kind() {
        return getClass().getSimpleName();
    }
}
