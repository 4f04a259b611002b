package dev.maintainer.coordinator;

import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.message.DrainProgress;
import dev.maintainer.api.message.MaintainerStatus;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.model.WorkerError;
import java.util.Collections;
import java.util.List;
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** Whose a changefeed is, as far as this coordinator has decided, and what that one has said last. Counted by the fleet. */
final class Ownership {
    private final Fleet fleet;
    private final long silenceMillis;
    private @Nullable Owner owner;
    /** No epoch up to this one may be given to anybody any more. */
    private long usedEpoch;

    private long heardAt;
    private DrainProgress drain = DrainProgress.NONE;
    private SortedSet<NodeId> suspects = Collections.emptySortedSet();
    private List<WorkerError> errors = List.of();

    /** Nobody's. */
    Ownership(Fleet fleet, long silenceMillis, long usedEpoch) {
        this.fleet = fleet;
        this.silenceMillis = silenceMillis;
        this.usedEpoch = usedEpoch;
    }

    /** Whose it is; null if nobody's. */
    @Nullable
    Owner owner() {
        return owner;
    }

    /** The node whose maintainer owns it, or is asked to; null if there is none. */
    @Nullable
    NodeId node() {
        return owner == null ? null : owner.node();
    }

    boolean isOn(NodeId node) {
        return node.equals(node());
    }

    boolean isOf(NodeId node, MaintainerEpoch epoch) {
        return owner != null && owner.is(node, epoch);
    }

    void bind(NodeId node, MaintainerEpoch epoch, long nowMillis) {
        forgetReports();
        owner = new Owner(node, epoch);
        heardAt = nowMillis;
        use(epoch);
        fleet.bind(node);
    }

    void unbind() {
        if (owner != null) {
            fleet.release(owner.node());
        }
        owner = null;
        forgetReports();
    }

    private void forgetReports() {
        drain = DrainProgress.NONE;
        suspects = Collections.emptySortedSet();
        errors = List.of();
    }

    /** Somebody may have been given this epoch. */
    void use(MaintainerEpoch epoch) {
        usedEpoch = Math.max(usedEpoch, epoch.value());
    }

    /** Whether an epoch is one that nobody was given. */
    boolean isUnused(MaintainerEpoch epoch) {
        return epoch.value() > usedEpoch;
    }

    /** The owner has said this. */
    void heard(MaintainerStatus status, long nowMillis) {
        heardAt = nowMillis;
        drain = status.drain();
        suspects = status.suspects();
        errors = status.errors();
    }

    /** The node that has said nothing of this changefeed, which it is meant to host, for too long; null if none. */
    @Nullable
    NodeId silent(long nowMillis) {
        return nowMillis - heardAt > silenceMillis ? node() : null;
    }

    /** When it was bound, or has last said something. */
    long heardMillis() {
        return heardAt;
    }

    /** What the present owner has said last of the node that is being drained. */
    DrainProgress drain() {
        return drain;
    }

    /** The members that the present owner does not hear. */
    SortedSet<NodeId> suspects() {
        return suspects;
    }

    /** What the present owner has said last of what is wrong. */
    List<WorkerError> errors() {
        return errors;
    }

    /** Checks the epochs: nobody may have been told of one that is not durable. */
    void audit(ChangefeedId changefeed, MaintainerEpoch durable, Findings findings) {
        MaintainerEpoch announced = owner == null ? null : owner.epoch();
        boolean first = announced == null || !announced.isNewerThan(durable);
        findings.require(first, "C-3", changefeed, ": epoch ", announced, " was announced, durable is ", durable);
        boolean used = announced == null || !isUnused(announced);
        findings.require(used, "C-3", changefeed, ": epoch ", announced, " is announced, used are up to ", usedEpoch);
        boolean held = usedEpoch <= durable.value();
        findings.require(held, "C-3", changefeed, ": epochs are used up to ", usedEpoch, ", durable is ", durable);
    }
}
