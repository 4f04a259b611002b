package dev.maintainer.core.host;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.PlannerSource;
import dev.maintainer.core.scheduling.planner.PlanningPort;
import dev.maintainer.core.scheduling.planner.PlanningSession;
import dev.maintainer.core.scheduling.planner.SpanStatistics;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;

/**
 * Planning without threads: requests wait until the code that drives the host has them answered, in its own thread. For
 * simulations and tests, and for applications that run a host in their own loop.
 */
public final class QueuedPlanning implements PlanningPort {
    private record Owner(ChangefeedId changefeed, MaintainerEpoch epoch) implements Comparable<Owner> {
        @Override
        public int compareTo(Owner other) {
            int byChangefeed = changefeed.compareTo(other.changefeed);
            return byChangefeed != 0 ? byChangefeed : epoch.compareTo(other.epoch);
        }
    }

    private final PlannerSource source;
    private final SpanStatistics statistics;
    private final ArrayDeque<PlanRequest> waiting = new ArrayDeque<>();
    private final TreeMap<Owner, PlanningSession> sessions = new TreeMap<>();

    /** Nothing was asked yet, and nobody knows how much work spans are. */
    public QueuedPlanning(PlannerSource source) {
        this(source, SpanStatistics.NONE);
    }

    /** Nothing was asked yet. */
    public QueuedPlanning(PlannerSource source, SpanStatistics statistics) {
        this.source = source;
        this.statistics = statistics;
    }

    @Override
    public void ask(PlanRequest request) {
        waiting.add(request);
    }

    @Override
    public void drop(ChangefeedId changefeed, MaintainerEpoch epoch) {
        sessions.remove(new Owner(changefeed, epoch));
        waiting.removeIf(request ->
                request.changefeed().equals(changefeed) && request.epoch().equals(epoch));
    }

    /** Shows whose sessions there are: of maintainers that were answered and have not dropped theirs. */
    public void forEachSession(BiConsumer<ChangefeedId, MaintainerEpoch> each) {
        sessions.keySet().forEach(owner -> each.accept(owner.changefeed(), owner.epoch()));
    }

    /** The inputs that answer the oldest request, in order; empty if there is none. */
    public List<HostInput> answerNext() {
        PlanRequest request = waiting.poll();
        return request == null ? List.of() : answer(request);
    }

    /** The inputs that answer a request, in order. */
    public List<HostInput> answer(PlanRequest request) {
        PlanningSession session = sessions.computeIfAbsent(
                new Owner(request.changefeed(), request.epoch()),
                owner -> new PlanningSession(source, statistics, () -> 0));
        List<HostInput> inputs = new ArrayList<>();
        PlanAnswer answer = session.plan(request);
        inputs.add(new HostInput.PlanReturned(request.changefeed(), request.epoch(), answer));
        if (request.shadow() != null && answer instanceof PlanAnswer.Planned) {
            inputs.add(new HostInput.ShadowReturned(
                    request.changefeed(), request.epoch(), request.round(), session.shadow()));
        }
        return inputs;
    }
}
