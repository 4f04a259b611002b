package dev.maintainer.dispatcher;

import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.message.MergeInProgress;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.model.Watermark;
import java.util.Collection;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compares what a worker knows of one changefeed in several places. Calls no dispatcher and changes nothing. */
final class WorkerAudit {
    private final String name;
    private final Findings findings;

    WorkerAudit(String name, Findings findings) {
        this.name = name;
        this.findings = findings;
    }

    void run(
            DispatcherSet dispatchers,
            Collection<DispatcherId> journaled,
            NodeWatermark watermark,
            Map<DispatcherId, DispatcherStatus> unacknowledgedEnds,
            Collection<DispatcherId> stuck,
            Collection<DispatcherId> standing,
            Merges merges) {
        dispatchers(dispatchers);
        merges(merges, dispatchers);
        journal(journaled, dispatchers);
        watermark(watermark, dispatchers);
        unacknowledgedEnds(unacknowledgedEnds, dispatchers);
        stuck(stuck, dispatchers);
        standing(standing, dispatchers);
    }

    /** Nobody waits at a block event who is not here. */
    void standing(Collection<DispatcherId> standing, DispatcherSet dispatchers) {
        for (DispatcherId id : standing) {
            boolean here = dispatchers.get(id) != null;
            findings.require(here, "W-9", name, "dispatcher ", id, " waits at a block event and is not here");
        }
    }

    void dispatchers(DispatcherSet dispatchers) {
        dispatchers.byId().forEach((id, hosted) -> {
            boolean same = hosted.id().equals(id);
            findings.require(same, "W-1", name, "dispatcher ", hosted.id(), " is hosted under the id ", id);
            boolean trigger = hosted.spec().span().equals(TableSpan.DDL);
            boolean only = trigger == dispatchers.isTrigger(id);
            findings.require(
                    only, "W-1", name, "dispatcher ", id, " of ", hosted.spec().span(), " and the trigger");
        });
        DispatcherSet.@Nullable Trigger trigger = dispatchers.trigger();
        boolean hosted = trigger == null || dispatchers.get(trigger.id()) == trigger.hosted();
        findings.require(hosted, "W-1", name, "the trigger is not among the dispatchers");
    }

    /** At rest only removals are journaled, and each waits for a dispatcher to end. */
    void journal(Collection<DispatcherId> entries, DispatcherSet dispatchers) {
        for (DispatcherId id : entries) {
            HostedDispatcher hosted = dispatchers.get(id);
            findings.require(hosted != null, "W-2", name, "the journal speaks of ", id, ", which is not here");
            boolean ending = hosted == null || hosted.isClosing();
            findings.require(ending, "W-2", name, "the journal removes ", id, ", which nobody asked to end");
        }
    }

    /** The watermark is a lower bound of all that is here and of all ends that are not acknowledged. */
    void watermark(NodeWatermark kept, DispatcherSet dispatchers) {
        Watermark watermark = kept.current();
        for (HostedDispatcher hosted : dispatchers.values()) {
            boolean bound = watermark != null && watermark.checkpointTs() <= hosted.lastCheckpointTs();
            findings.require(
                    bound,
                    "W-3",
                    name,
                    hosted.id(),
                    " is at ",
                    hosted.lastCheckpointTs(),
                    ", the watermark ",
                    watermark);
        }
    }

    /** Each source is here and asked to end, the target is not; a source that has ended waits for another. */
    void merges(Merges merges, DispatcherSet dispatchers) {
        for (MergeInProgress merge : merges.inProgress()) {
            boolean fresh = dispatchers.get(merge.target()) == null;
            findings.require(fresh, "W-7", name, "a merge makes ", merge.target(), ", which is here");
            boolean waits = false;
            for (DispatcherId id : merge.sources()) {
                HostedDispatcher source = dispatchers.get(id);
                boolean asked = source != null && source.isClosing();
                findings.require(asked, "W-7", name, "source ", id, " of a merge is not here, or does not end");
                waits |= source != null && !source.hasEnded();
            }
            findings.require(waits, "W-7", name, "all sources of ", merge.target(), " have ended, and it is not here");
        }
        for (DispatcherId id : merges.returning()) {
            HostedDispatcher hosted = dispatchers.get(id);
            boolean ends = hosted != null && hosted.isClosing() && !hosted.hasEnded();
            findings.require(ends, "W-7", name, "dispatcher ", id, " is to begin again, and is not ending");
        }
    }

    void unacknowledgedEnds(Map<DispatcherId, DispatcherStatus> unacknowledgedEnds, DispatcherSet dispatchers) {
        unacknowledgedEnds.forEach((id, status) -> {
            boolean gone = dispatchers.get(id) == null;
            findings.require(gone, "W-4", name, "dispatcher ", id, " has said its last word and is here");
            boolean terminal =
                    status.state().isTerminal() && status.dispatcher().equals(id);
            findings.require(terminal, "W-4", name, "the last word of ", id, " is ", status);
        });
    }

    void stuck(Collection<DispatcherId> stuck, DispatcherSet dispatchers) {
        for (DispatcherId id : stuck) {
            HostedDispatcher hosted = dispatchers.get(id);
            boolean closing = hosted != null && hosted.isClosing();
            findings.require(closing, "W-5", name, "dispatcher ", id, " is stuck in ending, and not ending here");
        }
    }
}
