package dev.maintainer.coordinator;

import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.MetadataStore.Versioned;
import org.jspecify.annotations.Nullable;

/** The durable metadata of one changefeed as far as it is known, and the one write that may be under way. */
final class MetadataSlot {
    private final MetadataGateway gateway;
    private final CoordinatorConfig config;
    private Versioned stored;
    private long inFlight;
    private long retryAt;
    private long lastWriteAt;

    MetadataSlot(MetadataGateway gateway, CoordinatorConfig config, Versioned stored) {
        this.gateway = gateway;
        this.config = config;
        this.stored = stored;
    }

    ChangefeedMetadata metadata() {
        return stored.metadata();
    }

    long version() {
        return stored.version();
    }

    /** The request that has not been answered; 0 if there is none. */
    long inFlight() {
        return inFlight;
    }

    /** Whether something else is stored now. A store may keep the version if only the checkpoint has advanced. */
    boolean isOlderThan(Versioned latest) {
        return latest.version() > stored.version()
                || (latest.version() == stored.version()
                        && latest.metadata().checkpointTs() > stored.metadata().checkpointTs());
    }

    void reloaded(Versioned latest) {
        if (isOlderThan(latest)) {
            stored = latest;
        }
    }

    /** Starts a write if it is needed, due, and none is under way. Returns whether {@code requestId} was used. */
    boolean write(ChangefeedMetadata wanted, boolean urgent, long requestId, long nowMillis) {
        boolean due = nowMillis >= retryAt && (urgent || nowMillis - lastWriteAt >= config.persistMillis());
        if (inFlight != 0 || !due || wanted.equals(stored.metadata())) {
            return false;
        }
        inFlight = requestId;
        lastWriteAt = nowMillis;
        gateway.compareAndSet(stored.version(), wanted, requestId);
        return true;
    }

    boolean delete(long requestId, long nowMillis) {
        if (inFlight != 0 || nowMillis < retryAt) {
            return false;
        }
        inFlight = requestId;
        gateway.delete(stored.version(), stored.metadata().changefeed(), requestId);
        return true;
    }

    /** The write has ended; {@code result} is null if it failed or met another version. */
    void ended(@Nullable Versioned result, long nowMillis) {
        inFlight = 0;
        if (result == null) {
            retryAt = nowMillis + config.resendMillis();
        } else {
            stored = result;
        }
    }
}
