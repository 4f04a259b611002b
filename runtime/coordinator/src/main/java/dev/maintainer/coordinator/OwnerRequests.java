package dev.maintainer.coordinator;

import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.CoordinatorRequest;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import org.jspecify.annotations.Nullable;

/** What the owner of one changefeed is asked for: to host the maintainer, or to end it. Repeated until it has happened. */
final class OwnerRequests {
    private final MetadataSlot slot;
    private final Wishes wishes;
    private final Fleet fleet;
    private final CoordinatorConfig config;
    private HandoffManifest manifest = HandoffManifest.EMPTY;
    private long startTs;
    private boolean hosted;
    private long nextSendAt;

    OwnerRequests(MetadataSlot slot, Wishes wishes, Fleet fleet, CoordinatorConfig config) {
        this.slot = slot;
        this.wishes = wishes;
        this.fleet = fleet;
        this.config = config;
    }

    /** The next owner gets this of the last one. */
    void handOver(HandoffManifest left) {
        manifest = left;
    }

    /** Somebody is the owner from now on, and begins here; nothing is known of its maintainer. */
    void begin(long checkpointTs) {
        startTs = Math.max(1, checkpointTs);
        hosted = false;
    }

    /** Where the owner began. */
    long startTs() {
        return startTs;
    }

    /** Whether the owner has a maintainer that can be asked to end. */
    void hosted(boolean isHosted) {
        hosted = isHosted;
    }

    /** Something else is to be said. */
    void makeDue(long nowMillis) {
        nextSendAt = nowMillis;
    }

    /** Says what the phase asks for, if it is time; somebody who shall end a maintainer that it may not have is given one. */
    void send(PlacementPhase phase, @Nullable Owner owner, long nowMillis) {
        if (nowMillis < nextSendAt || owner == null) {
            return;
        }
        nextSendAt = nowMillis + config.resendMillis();
        boolean unheard = phase.isEnding() && !hosted;
        if (phase == PlacementPhase.ADD_TARGET || unheard) {
            fleet.send(
                    owner.node(),
                    new CoordinatorRequest.AddMaintainer(
                            slot.metadata().changefeed(),
                            owner.epoch(),
                            startTs,
                            manifest,
                            fleet.newestVersion(),
                            wishes.scheduler(),
                            slot.metadata().redo(),
                            slot.metadata().configuration()));
        }
        RemovalMode mode = phase.removal();
        if (mode != null) {
            fleet.send(
                    owner.node(),
                    new CoordinatorRequest.RemoveMaintainer(slot.metadata().changefeed(), owner.epoch(), mode));
        }
    }

    /** A final status has been taken, or does not matter: it need not be repeated. */
    void acknowledge(NodeId node, MaintainerEpoch epoch) {
        fleet.send(
                node,
                new CoordinatorRequest.AcknowledgeFinalStatus(slot.metadata().changefeed(), epoch));
    }
}
