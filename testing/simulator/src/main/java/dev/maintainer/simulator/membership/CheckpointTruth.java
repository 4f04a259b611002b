package dev.maintainer.simulator.membership;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.MetadataStore.Versioned;
import dev.maintainer.membership.store.StoreOp;
import dev.maintainer.membership.store.StorePath;
import dev.maintainer.membership.store.StoreValue.Changefeed;
import dev.maintainer.membership.store.StoreValue.Progress;
import dev.maintainer.membership.store.Stored;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** How far changefeeds have durably come, whichever record says it, and what leaders were told of it. */
final class CheckpointTruth {
    private final Map<ChangefeedId, ChangefeedMetadata> told = new TreeMap<>();
    private Map<StorePath, Stored> state = Map.of();

    /** Something is durable. */
    void committed(List<StoreOp> ops, Map<StorePath, Stored> before, Map<StorePath, Stored> after) {
        state = after;
        for (StoreOp op : ops) {
            if (op instanceof StoreOp.Create create && create.value() instanceof Changefeed created) {
                ChangefeedMetadata begins = durable(after, created.metadata().changefeed());
                require(
                        created.metadata().equals(begins),
                        Invariant.CHECKPOINT_HONEST,
                        created.metadata() + " was created, and begins as " + begins);
            } else if (op instanceof StoreOp.Delete delete && delete.path().kind() == StorePath.Kind.CHANGEFEED) {
                told.keySet().removeIf(each -> StorePath.changefeed(each).equals(delete.path()));
            } else if (op instanceof StoreOp.Set set && set.value() instanceof Changefeed changed) {
                rises(changed.metadata().changefeed(), before, after);
            } else if (op instanceof StoreOp.Set set && set.value() instanceof Progress) {
                stored(before, set.path()).keySet().forEach(each -> rises(each, before, after));
            }
        }
    }

    private static Map<ChangefeedId, Progress.Checkpoint> stored(Map<StorePath, Stored> state, StorePath path) {
        Stored there = state.get(path);
        return there != null && there.value() instanceof Progress progress ? progress.checkpoints() : Map.of();
    }

    private void rises(ChangefeedId changefeed, Map<StorePath, Stored> before, Map<StorePath, Stored> after) {
        ChangefeedMetadata was = durable(before, changefeed);
        ChangefeedMetadata is = durable(after, changefeed);
        require(
                was == null || is == null || is.checkpointTs() >= was.checkpointTs(),
                Invariant.CHECKPOINT_MONOTONIC,
                "what is durable of " + changefeed + " goes back from " + was + " to " + is);
    }

    /** A leader is told that something is stored. */
    void answered(ChangefeedMetadata metadata) {
        ChangefeedMetadata durable = durable(state, metadata.changefeed());
        require(
                durable == null
                        || durable.epoch().isNewerThan(metadata.epoch())
                        || durable.checkpointTs() >= metadata.checkpointTs(),
                Invariant.OUTCOMES_TRUE,
                "a leader is told that " + metadata + " is stored, and stored is " + durable);
        if (durable != null && durable.epoch().equals(metadata.epoch())) {
            // Otherwise the answer was late, and the changefeed may have been deleted and created again since.
            told.merge(metadata.changefeed(), metadata, (was, is) -> was.checkpointTs() > is.checkpointTs() ? was : is);
        }
    }

    /** A leader hears for the first time what is stored. */
    void loaded(List<Versioned> all) {
        for (Versioned versioned : all) {
            ChangefeedMetadata was = told.get(versioned.metadata().changefeed());
            require(
                    was == null
                            || was.epoch().isNewerThan(versioned.metadata().epoch())
                            || versioned.metadata().checkpointTs() >= was.checkpointTs(),
                    Invariant.CHECKPOINT_MONOTONIC,
                    "a leader was told that " + was + " is stored, and the next one finds " + versioned);
        }
    }

    /** What the records of a state say of a changefeed; null if there is none. */
    static @Nullable ChangefeedMetadata durable(Map<StorePath, Stored> state, ChangefeedId changefeed) {
        Stored record = state.get(StorePath.changefeed(changefeed));
        if (record == null || !(record.value() instanceof Changefeed there)) {
            return null;
        }
        Progress.Checkpoint reached =
                stored(state, StorePath.progress(changefeed)).get(changefeed);
        ChangefeedMetadata metadata = there.metadata();
        return reached != null && reached.epoch().equals(metadata.epoch())
                ? metadata.withCheckpointTs(Math.max(metadata.checkpointTs(), reached.checkpointTs()))
                : metadata;
    }

    private static void require(boolean holds, Invariant invariant, String text) {
        if (!holds) {
            throw new Violation(invariant, text);
        }
    }
}
