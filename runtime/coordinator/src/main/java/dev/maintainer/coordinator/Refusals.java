package dev.maintainer.coordinator;

import dev.maintainer.api.message.Disposition;

/** What had no effect is counted, and the observer hears why. */
record Refusals(CoordinatorCounters counters, CoordinatorObserver observer) {
    void refuse(String kind, Disposition disposition, String reason) {
        counters.count(kind, disposition);
        observer.reportRefused(kind, reason);
    }
}
