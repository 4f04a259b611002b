package dev.maintainer.core.barrier;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.core.BarrierPhase;
import dev.maintainer.core.inspect.OpenBarrier;
import dev.maintainer.core.registry.SpanReplica;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Looks at a barrier, for people and for the audit. Changes nothing. On the maintainer's thread. */
public final class BarrierInspection {
    private final Barrier barrier;

    /** Looks at this one. */
    public BarrierInspection(Barrier barrier) {
        this.barrier = barrier;
    }

    /**
     * The events that are not over, in their order.
     *
     * @param most how many missing spans to name of each
     */
    public List<OpenBarrier> barriers(int most, long nowMillis) {
        return unfinished()
                .map(each -> describe(each, missing(each, most, span -> true), nowMillis))
                .toList();
    }

    /**
     * The first event that is not over; all later ones wait for it. Costs the spans that it concerns.
     *
     * @param node of the missing spans, one on this node is named, if there is any; null: any one
     */
    public Optional<OpenBarrier> first(@Nullable NodeId node, long nowMillis) {
        return unfinished().findFirst().map(each -> {
            List<OpenBarrier.Missing> there =
                    node == null ? List.of() : missing(each, 1, span -> node.equals(span.node()));
            return describe(each, there.isEmpty() ? missing(each, 1, span -> true) : there, nowMillis);
        });
    }

    /** The event that the sink has refused and that nobody has decided about yet, why, and what to do; null if there is none. */
    public @Nullable String refusal() {
        OpenEvent here = barrier.current();
        return here == null || here.phase() != BarrierPhase.REFUSED
                ? null
                : describe(here, List.of(), here.openedAt()).text();
    }

    /** For how long the first event that is not over has come no nearer to its end; 0 if there is none. */
    public long stillMillis(long nowMillis) {
        return unfinished().findFirst().map(each -> each.stillMillis(nowMillis)).orElse(0L);
    }

    /** Whether the dispatchers of a node that are not beyond a checkpoint wait at a block event; costs the open events. */
    public boolean holds(NodeId node, long checkpointTs) {
        return unfinished()
                .takeWhile(each -> each.key().waitingTs() <= checkpointTs)
                .anyMatch(each -> each.key().waitingTs() == checkpointTs
                        && (each.waiting().containsKey(node)
                                || (each == barrier.current() && node.equals(barrier.triggerNode()))));
    }

    private Stream<OpenEvent> unfinished() {
        return barrier.events().stream()
                .filter(each ->
                        each.phase() != BarrierPhase.PASSING || each.waitingCount() > 0 || each == barrier.current());
    }

    private OpenBarrier describe(OpenEvent event, List<OpenBarrier.Missing> missing, long nowMillis) {
        return new OpenBarrier(
                event.event(),
                event.phase(),
                nowMillis - event.openedAt(),
                event.stillMillis(nowMillis),
                barrier.triggerNode(),
                event == barrier.current(),
                event.waitingCount(),
                missing,
                event.attempt(),
                event.refusal(),
                event.isForbidden());
    }

    private List<OpenBarrier.Missing> missing(OpenEvent event, int most, Predicate<SpanReplica> wanted) {
        List<OpenBarrier.Missing> missing = new ArrayList<>();
        boolean collecting = event.phase() == BarrierPhase.COLLECTING;
        if (event.phase() == BarrierPhase.WRITING || event.phase() == BarrierPhase.REFUSED) {
            return missing;
        }
        barrier.anyInScope(event.event().scope(), span -> {
            boolean waitsHere = barrier.waiting().get(span) == event;
            boolean awaited =
                    collecting ? !waitsHere && span.checkpointTs() < event.key().commitTs() : waitsHere;
            if (awaited && wanted.test(span)) {
                missing.add(new OpenBarrier.Missing(span.id(), span.span(), span.node(), span.checkpointTs()));
            }
            return missing.size() >= most;
        });
        return missing;
    }

    /** What contradicts what; empty if all is well. O(all that wait). */
    public List<Finding> audit() {
        Findings findings = new Findings();
        Map<OpenEvent, Map<NodeId, Integer>> counted = new HashMap<>();
        barrier.waiting().forEach((span, event) -> {
            findings.require(span.isReplicating(), "I-47", span, " waits at ", event.key(), " and does not run");
            NodeId node = span.node();
            if (node != null) {
                counted.computeIfAbsent(event, any -> new TreeMap<>()).merge(node, 1, Integer::sum);
            }
        });
        counted.keySet()
                .forEach(event -> findings.require(
                        barrier.events().contains(event),
                        "I-52",
                        "somebody waits at ",
                        event.key(),
                        ", which is forgotten"));
        for (OpenEvent each : barrier.events()) {
            findings.require(
                    counted.getOrDefault(each, Map.of()).equals(each.waiting()),
                    "I-47",
                    "the count of those that wait at ",
                    each.key(),
                    " is wrong");
            findings.require(
                    (each.phase() != BarrierPhase.WRITING && each.phase() != BarrierPhase.REFUSED)
                            || each == barrier.current(),
                    "I-44",
                    each.key(),
                    " is being written or was refused, and the trigger is elsewhere");
        }
        return findings.all();
    }
}
