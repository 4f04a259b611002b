package dev.maintainer.cluster.zookeeper;

import dev.maintainer.api.error.ErrorCode;
import dev.maintainer.api.text.Printable;
import dev.maintainer.cluster.zookeeper.record.RecordCodec;
import dev.maintainer.cluster.zookeeper.record.RecordException;
import dev.maintainer.membership.store.StoreSettings;
import dev.maintainer.membership.store.StoreValue.Cluster;
import org.jspecify.annotations.Nullable;

/**
 * Whether a store is the one that this process belongs to. A store under another random id is not, even if its cluster has
 * the same name: somebody has made it anew, and nothing of what this process knows is true there.
 *
 * <p>Not thread-safe.
 */
final class Recognition {
    private final StoreSettings settings;
    private final String path;
    private @Nullable String id;

    /** A process that has seen no store yet. */
    Recognition(StoreSettings settings, Layout layout) {
        this.settings = settings;
        this.path = layout.cluster();
    }

    /**
     * Why the store cannot be used.
     *
     * @param reason for people
     */
    record Refusal(ErrorCode code, String reason) {
        @Override
        public String toString() {
            return code.code() + ": " + reason;
        }
    }

    /**
     * Why the store is another one; null if it is the right one.
     *
     * @param exists whether there is something that says which cluster it is
     * @param data what it says
     */
    @Nullable
    Refusal refusal(boolean exists, byte @Nullable [] data) {
        if (!exists) {
            return text("there is no cluster at " + settings.root() + " in " + settings.connect()
                    + "; initialise it, or correct the servers or the root");
        }
        Cluster cluster;
        try {
            cluster = RecordCodec.cluster(data);
        } catch (RecordException e) {
            return new Refusal(e.code(), String.valueOf(e.at(path).getMessage()));
        }
        if (!cluster.name().equals(settings.cluster())) {
            return text(settings.root() + " in " + settings.connect() + " belongs to the cluster '" + cluster.name()
                    + "', and this process to '" + settings.cluster() + "'; correct one of them");
        }
        if (id == null) {
            id = cluster.id();
        } else if (!id.equals(cluster.id())) {
            return text(
                    "the cluster '" + cluster.name() + "' at " + settings.root() + " has been made anew with the id "
                            + cluster.id() + ", and this process belongs to " + id
                            + "; restore the former one, or start this process again");
        }
        return null;
    }

    /** Why the store cannot be used by whoever may not read which cluster it belongs to. */
    Refusal denied() {
        return text(settings.root() + " in " + settings.connect() + " is not open to "
                + (settings.credentials() == null
                        ? "processes without credentials"
                        : settings.credentials().user())
                + "; correct zookeeper.credentials_file");
    }

    private static Refusal text(String reason) {
        return new Refusal(ErrorCode.FOREIGN_STORE, Printable.line(reason));
    }
}
