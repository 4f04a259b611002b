package dev.maintainer.coordinator;

import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.MetadataStore.Versioned;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what is known of changefeeds in step with the store. Whatever is answered with another version, or not at all, leads
 * to a load: it may have been stored all the same, or another coordinator has written.
 */
final class MetadataSync {
    private final MetadataGateway metadata;
    private final CoordinatorConfig config;
    private final Placements placements;
    private final Dismissals dismissals;
    private final Refusals refusals;
    private final Creations creations;
    private final Set<ChangefeedId> deletedWhileLoading = new HashSet<>();
    private final Set<ChangefeedId> createdWhileLoading = new HashSet<>();
    private boolean loading;
    private boolean loadWanted = true;
    private long loadAt = Long.MIN_VALUE;

    MetadataSync(
            MetadataGateway metadata,
            CoordinatorConfig config,
            Placements placements,
            Dismissals dismissals,
            Refusals refusals) {
        this.metadata = metadata;
        this.config = config;
        this.placements = placements;
        this.dismissals = dismissals;
        this.refusals = refusals;
        this.creations = new Creations(metadata);
    }

    /** Loads, if that is wanted and due. */
    void tick(long nowMillis) {
        if (loadWanted && !loading && nowMillis >= loadAt) {
            loading = true;
            loadWanted = false;
            metadata.load();
        }
    }

    /**
     * Creates a changefeed, unless that is under way, or the next load decides whether it is there already. Whoever wants it
     * repeats that, and a slow store must not be asked twice: it takes one write of a changefeed at a time.
     */
    void create(ChangefeedMetadata first) {
        if (!creations.isUncertain(first.changefeed()) && !creations.isAsked(first.changefeed())) {
            creations.ask(first, placements.nextRequest());
        }
    }

    /** The load that was under way has ended. */
    void loadEnded() {
        loading = false;
    }

    /** What is stored may differ from what is known. */
    void reconcile(List<Versioned> all, long nowMillis) {
        for (Versioned versioned : all) {
            ChangefeedId changefeed = versioned.metadata().changefeed();
            ChangefeedPlacement placement = placements.get(changefeed);
            if (placement != null && placement.isDeletingFormerLifeOf(versioned)) {
                // Another coordinator has deleted it, and it was created again: that is not ours to delete.
                forget(placement, nowMillis);
                placements.track(versioned, versioned.metadata().epoch().value());
            } else if (placement != null && placement.slot().isOlderThan(versioned)) {
                placement.slot().reloaded(versioned);
                placement.reloaded();
            } else if (placement == null && !deletedWhileLoading.contains(changefeed)) {
                placements.track(versioned, versioned.metadata().epoch().value());
            }
        }
        deletedWhileLoading.clear();
        creations.takeUncertain().stream()
                .filter(first -> !placements.contains(first.changefeed()))
                .forEach(first -> creations.ask(first, placements.nextRequest()));
        forgetDeleted(all, nowMillis);
        createdWhileLoading.clear();
    }

    /** What this coordinator, or another one that led at the same time, has deleted without its hearing of it. */
    private void forgetDeleted(List<Versioned> all, long nowMillis) {
        Set<ChangefeedId> stored = new HashSet<>();
        all.forEach(versioned -> stored.add(versioned.metadata().changefeed()));
        for (ChangefeedPlacement placement : placements.copy()) {
            if (!stored.contains(placement.changefeed()) && !createdWhileLoading.contains(placement.changefeed())) {
                forget(placement, nowMillis);
            }
        }
    }

    private void forget(ChangefeedPlacement placement, long nowMillis) {
        placements.forget(placement, nowMillis);
        dismissals.forget(placement.changefeed());
    }

    /**
     * A creation, or another write, was answered.
     *
     * @param result what is stored now; null if something else was
     */
    void stored(long requestId, @Nullable Versioned result, long nowMillis) {
        ChangefeedMetadata created = creations.answered(requestId);
        if (created != null) {
            if (result == null) {
                refusals.refuse(
                        "CreateChangefeed", Disposition.DUPLICATE, "changefeed " + created.changefeed() + " exists");
                loadWanted = true;
            } else if (!placements.contains(created.changefeed())) {
                if (loading) {
                    createdWhileLoading.add(created.changefeed());
                }
                ChangefeedPlacement placement = placements.track(result, 0);
                placement.created();
                placements.advance(placement, nowMillis);
            }
            return;
        }
        ChangefeedPlacement placement = placements.ended(requestId, result, nowMillis);
        if (placement != null) {
            if (result == null) {
                loadWanted = true;
            }
            placements.advance(placement, nowMillis);
        }
    }

    /** A deletion was answered; {@code deleted} is false if another version was stored. */
    void deleted(long requestId, boolean deleted, long nowMillis) {
        ChangefeedPlacement placement = placements.ended(requestId, null, nowMillis);
        if (placement == null) {
            return;
        }
        if (!deleted) {
            loadWanted = true;
            return;
        }
        forget(placement, nowMillis);
        if (loading) {
            deletedWhileLoading.add(placement.changefeed());
        }
    }

    /** A request has failed. */
    void failed(CoordinatorInput.MetadataFailed failed, long nowMillis) {
        refusals.refuse("Metadata", Disposition.REFUSED, failed.message());
        boolean load = failed.requestId() == MetadataGateway.LOAD_REQUEST;
        loading &= !load;
        if (load || !loadWanted) {
            loadAt = nowMillis + config.resendMillis();
        }
        // It may have been stored all the same: a load tells.
        loadWanted = true;
        if (!creations.failed(failed.requestId())) {
            placements.ended(failed.requestId(), null, nowMillis);
        }
    }
}
