package dev.maintainer.cluster.zookeeper;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Why no server is reached, as far as it was found out; looked for in the background. Thread-safe. */
final class Diagnosis {
    private static final Logger LOG = LoggerFactory.getLogger(Diagnosis.class);

    private final ServerProbe probe;
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile @Nullable String problem;
    private volatile String told = "";

    Diagnosis(ServerProbe probe) {
        this.probe = probe;
    }

    /** Empty if it is not known, or nothing is wrong. */
    Optional<String> problem() {
        return Optional.ofNullable(problem);
    }

    /** A server was reached. */
    void forget() {
        problem = null;
        told = "";
    }

    /** Begins to look, unless that is under way; what is found is logged once. */
    void look() {
        if (!looking.compareAndSet(false, true)) {
            return;
        }
        Thread thread = new Thread(
                () -> {
                    try {
                        String found = probe.problem().orElse(null);
                        problem = found;
                        if (found != null && !found.equals(told)) {
                            told = found;
                            LOG.error("no server of the store can be used: {}", found);
                        }
                    } finally {
                        looking.set(false);
                    }
                },
                "zookeeper-diagnosis");
        thread.setDaemon(true);
        thread.start();
    }
}
