package dev.maintainer.coordinator;

import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.message.DrainProgress;
import dev.maintainer.api.message.FinalStatus;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;

/** What a maintainer says of itself. A closed one has a final status, without operators unless they are named. */
final class StatusBuilder {
    private final ChangefeedId changefeed;
    private final MaintainerEpoch epoch;
    private final LifecyclePhase phase;
    private final long checkpointTs;
    private long membershipVersion;
    private String scheduler = "";
    private DrainProgress drain = DrainProgress.NONE;
    private TreeSet<NodeId> suspects = new TreeSet<>();
    private HandoffManifest manifest = HandoffManifest.EMPTY;

    private StatusBuilder(ChangefeedId changefeed, long epoch, LifecyclePhase phase, long checkpointTs) {
        this.changefeed = changefeed;
        this.epoch = new MaintainerEpoch(epoch);
        this.phase = phase;
        this.checkpointTs = checkpointTs;
    }

    static StatusBuilder of(long epoch, LifecyclePhase phase, long checkpointTs) {
        return new StatusBuilder(CoordinatorBench.FEED, epoch, phase, checkpointTs);
    }

    /** Of one that runs, at checkpoint 100. */
    static StatusBuilder running(ChangefeedId changefeed, long epoch) {
        return new StatusBuilder(changefeed, epoch, LifecyclePhase.RUNNING, 100);
    }

    StatusBuilder membershipVersion(long version) {
        membershipVersion = version;
        return this;
    }

    StatusBuilder scheduler(String name) {
        scheduler = name;
        return this;
    }

    StatusBuilder drain(DrainProgress progress) {
        drain = progress;
        return this;
    }

    StatusBuilder suspects(Collection<NodeId> nodes) {
        suspects = new TreeSet<>(nodes);
        return this;
    }

    StatusBuilder manifest(HandoffManifest left) {
        manifest = left;
        return this;
    }

    MaintainerStatus build() {
        FinalStatus last = phase == LifecyclePhase.CLOSED ? new FinalStatus(checkpointTs, manifest) : null;
        return new MaintainerStatus(
                changefeed, epoch, phase, checkpointTs, membershipVersion, scheduler, drain, suspects, List.of(), last);
    }
}
