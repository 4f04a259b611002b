package dev.maintainer.dispatcher;

import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.dispatcher.WriteBound;
import dev.maintainer.api.message.MergeInProgress;
import dev.maintainer.api.message.WorkerCommand;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.model.PartialCommit;
import dev.maintainer.api.model.TableSpan;
import dev.maintainer.api.operator.OperatorType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The merges of one changefeed here. The sources are asked to end and wait; when the last has ended, the target begins
 * at the lowest of their checkpoints, and they are gone, in one step: the commit point. Until then the merge may be given
 * up, and each source begins again where it has ended. So of source and target never both run, and a merge that has
 * begun ends by itself, whoever owns the changefeed then.
 */
final class Merges {
    private static final Logger LOG = LoggerFactory.getLogger(Merges.class);

    /** So many merges that were given up have a line each; then only every power of two has. */
    private static final int ALL_LOGGED = 10;

    private final ChangefeedId changefeed;
    private final WriteBound bound;
    private final DispatcherSet dispatchers;
    private final DispatcherHosting hosting;
    private final HeartbeatAssembler heartbeats;
    private final DispatcherEnds ends;

    private final BarrierStandings standings;

    private static final int COMMITTED_KEPT = 16_384;

    private final Set<DispatcherId> committed = new LinkedHashSet<>();
    private final Map<DispatcherId, MergeInProgress> byTarget = new LinkedHashMap<>();
    private final Map<DispatcherId, MergeInProgress> bySource = new LinkedHashMap<>();
    /** Sources of merges that were given up before they had ended: they begin again when they have. */
    private final Map<DispatcherId, HostedDispatcher> returning = new LinkedHashMap<>();
    /** Requests up to this one do not begin a merge: it may be the late repetition of one that was given up. */
    private long refusedUpTo;

    private long heardUpTo;
    private long givenUp;

    Merges(
            ChangefeedId changefeed,
            WriteBound bound,
            DispatcherSet dispatchers,
            DispatcherHosting hosting,
            HeartbeatAssembler heartbeats,
            DispatcherEnds ends,
            BarrierStandings standings) {
        this.changefeed = changefeed;
        this.bound = bound;
        this.dispatchers = dispatchers;
        this.hosting = hosting;
        this.heartbeats = heartbeats;
        this.ends = ends;
        this.standings = standings;
    }

    /** A new owner counts its requests from 1. What has begun goes on. */
    void restart() {
        refusedUpTo = 0;
        heardUpTo = 0;
    }

    /** A merge of this number was asked for. */
    void heard(long request) {
        heardUpTo = Math.max(heardUpTo, request);
    }

    /** A merge up to this request must not begin any more. */
    void refuseUpTo(long request) {
        refusedUpTo = Math.max(refusedUpTo, request);
    }

    /** Whether a merge makes this dispatcher. */
    boolean isTarget(DispatcherId id) {
        return byTarget.containsKey(id);
    }

    /** Whether a merge, or the end of one, decides what becomes of this dispatcher when it has ended. */
    boolean owns(DispatcherId id) {
        return bySource.containsKey(id) || returning.containsKey(id);
    }

    /** Those that may still be given up. */
    List<MergeInProgress> inProgress() {
        return List.copyOf(byTarget.values());
    }

    Collection<DispatcherId> returning() {
        return returning.keySet();
    }

    /** Why a merge cannot begin; empty if it can. */
    Optional<String> obstacle(WorkerCommand.MergeDispatchers merge) {
        if (merge.request() <= refusedUpTo) {
            return Optional.of("request " + merge.request() + " may be a late repetition");
        }
        List<DispatcherId> sources = merge.sources();
        if (sources.size() < 2 || new HashSet<>(sources).size() < sources.size()) {
            return Optional.of("it needs two or more different sources");
        }
        TableSpan before = null;
        for (DispatcherId id : sources) {
            HostedDispatcher source = dispatchers.get(id);
            if (source == null || source.isClosing() || !source.isWorking() || dispatchers.isTrigger(id)) {
                return Optional.of("source " + id + " does not work here");
            }
            TableSpan span = source.spec().span();
            if (before != null && !before.adjoins(span)) {
                return Optional.of(span + " does not begin where " + before + " ends");
            }
            before = span;
        }
        return Optional.empty();
    }

    /** Begins a merge that has no obstacle. */
    void begin(WorkerCommand.MergeDispatchers command, MaintainerEpoch epoch) {
        List<HostedDispatcher> sources = new ArrayList<>();
        for (DispatcherId id : command.sources()) {
            HostedDispatcher source = dispatchers.get(id);
            if (source == null) {
                throw new IllegalStateException("merge of " + id + ", which is not here");
            }
            sources.add(source);
        }
        TableSpan first = sources.get(0).spec().span();
        TableSpan span = new TableSpan(
                first.table(),
                first.start(),
                sources.get(sources.size() - 1).spec().span().end());
        MergeInProgress merge = new MergeInProgress(command.target(), span, command.sources());
        byTarget.put(command.target(), merge);
        command.sources().forEach(id -> bySource.put(id, merge));
        for (HostedDispatcher source : sources) {
            source.waitForMerge();
            heartbeats.changed(source.status());
            if (hosting.askToEnd(source)) {
                source.markEnded();
            }
        }
        commitIfReady(merge, epoch);
    }

    /** One that {@link #owns} has ended. */
    void ended(HostedDispatcher hosted, MaintainerEpoch epoch, boolean closing) {
        hosted.markEnded();
        MergeInProgress merge = bySource.get(hosted.id());
        if (merge != null) {
            commitIfReady(merge, epoch);
        } else if (returning.remove(hosted.id()) != null) {
            beginAgain(hosted, epoch, closing);
        }
    }

    /** What is durable of the time behind the lowest checkpoint, wherever that is reached. */
    private PartialCommit partial(List<HostedDispatcher> sources, long startTs) {
        return sources.stream()
                .filter(source -> source.checkpointTs() == startTs)
                .map(source -> standings.partial(source.id(), startTs))
                .min(Comparator.naturalOrder())
                .orElse(PartialCommit.NONE);
    }

    private void commitIfReady(MergeInProgress merge, MaintainerEpoch epoch) {
        List<HostedDispatcher> sources = sourcesOf(merge);
        if (!sources.stream().allMatch(HostedDispatcher::hasEnded)) {
            return;
        }
        long startTs =
                sources.stream().mapToLong(HostedDispatcher::checkpointTs).min().orElseThrow();
        HostedDispatcher first = sources.get(0);
        hosting.create(new DispatcherSpec(
                changefeed,
                epoch,
                merge.target(),
                merge.span(),
                first.spec().schema(),
                startTs,
                partial(sources, startTs),
                bound));
        if (dispatchers.get(merge.target()) == null) {
            giveUp(merge, epoch, false, "its target could not be created");
            return;
        }
        forget(merge);
        sources.forEach(ends::ended);
        committed.add(merge.target());
        if (committed.size() > COMMITTED_KEPT) {
            committed.remove(committed.iterator().next());
        }
    }

    /** Whether a dispatcher is one that has replaced its sources; only the last of them are remembered. */
    boolean hasCommitted(DispatcherId target) {
        return committed.contains(target);
    }

    /**
     * How to call the end of a dispatcher that is not here. Of a merge that is cancelled it matters: if its target never
     * ran, the sources run on.
     */
    ComponentState endOf(DispatcherId id, OperatorType intent) {
        return intent == OperatorType.MERGE && !committed.contains(id)
                ? ComponentState.REMOVED
                : ComponentState.STOPPED;
    }

    /** Gives the merge of a target, or of a source, up. */
    void giveUp(DispatcherId participant, MaintainerEpoch epoch, boolean closing, String why) {
        MergeInProgress merge =
                byTarget.containsKey(participant) ? byTarget.get(participant) : bySource.get(participant);
        if (merge != null) {
            giveUp(merge, epoch, closing, why);
        }
    }

    private void giveUp(MergeInProgress merge, MaintainerEpoch epoch, boolean closing, String why) {
        if (++givenUp <= ALL_LOGGED || Long.bitCount(givenUp) == 1) {
            LOG.info(
                    "changefeed {}: merge into {} is given up, the {}. so far: {}",
                    changefeed,
                    merge.target(),
                    givenUp,
                    why);
        }
        List<HostedDispatcher> sources = sourcesOf(merge);
        forget(merge);
        refuseUpTo(heardUpTo);
        heartbeats.changed(new DispatcherStatus(merge.target(), ComponentState.REMOVED, 0));
        for (HostedDispatcher source : sources) {
            if (source.hasEnded()) {
                beginAgain(source, epoch, closing);
            } else {
                returning.put(source.id(), source);
            }
        }
    }

    /** A source that would return shall end instead. */
    void doNotReturn(DispatcherId id) {
        returning.remove(id);
    }

    /** Everything of a changefeed ends: nothing is merged and nothing begins again. */
    void dropAll() {
        List<HostedDispatcher> sources = new ArrayList<>();
        for (MergeInProgress merge : byTarget.values()) {
            sources.addAll(sourcesOf(merge));
        }
        byTarget.clear();
        bySource.clear();
        returning.clear();
        sources.stream().filter(HostedDispatcher::hasEnded).forEach(ends::ended);
    }

    private void beginAgain(HostedDispatcher ended, MaintainerEpoch epoch, boolean closing) {
        if (closing) {
            ends.ended(ended);
            return;
        }
        DispatcherStatus last = ended.finalStatus();
        DispatcherSpec spec = ended.spec();
        PartialCommit partial = standings.partial(ended.id(), last.checkpointTs());
        hosting.remove(ended.id());
        hosting.create(new DispatcherSpec(
                spec.changefeed(),
                epoch,
                spec.dispatcher(),
                spec.span(),
                spec.schema(),
                last.checkpointTs(),
                partial,
                bound));
        HostedDispatcher again = dispatchers.get(ended.id());
        if (again == null) {
            ends.didNotReturn(last);
        } else if (!again.isClosing()) {
            // Until it works it is not in the complete list, and nobody shall miss it there.
            heartbeats.changed(again.status());
        }
    }

    private void forget(MergeInProgress merge) {
        byTarget.remove(merge.target());
        merge.sources().forEach(bySource::remove);
    }

    private List<HostedDispatcher> sourcesOf(MergeInProgress merge) {
        List<HostedDispatcher> sources = new ArrayList<>();
        for (DispatcherId id : merge.sources()) {
            @Nullable HostedDispatcher source = dispatchers.get(id);
            if (source != null) {
                sources.add(source);
            }
        }
        return sources;
    }
}
