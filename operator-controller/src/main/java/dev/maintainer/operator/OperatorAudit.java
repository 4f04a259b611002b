package dev.maintainer.operator;

import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorCommand;
import dev.maintainer.api.operator.OperatorType;
import java.util.EnumMap;
import java.util.Map;

/** Counts all operators again, and compares. Changes nothing. */
final class OperatorAudit {
    private final OperatorExecution execution;
    private final SpanStates spans;
    private final Findings findings = new Findings();

    OperatorAudit(OperatorExecution execution, SpanStates spans) {
        this.execution = execution;
        this.spans = spans;
    }

    Findings run() {
        execution.operators.forEach((id, operator) -> {
            findings.require(operator.dispatcher().equals(id), "I-15", name(operator), " is registered under ", id);
            findings.require(!operator.isFinished(), "I-16", name(operator), " has ended and is still registered");
            boolean queued = execution.queue.contains(operator);
            if (execution.isFrozen(operator)) {
                findings.require(!queued, "I-17", name(operator), " is frozen and queued");
            } else {
                findings.require(queued, "I-64", name(operator), " is not queued, so nobody repeats its command");
            }
            if (operator.isMerge()) {
                merge(operator);
            } else {
                span(id, operator);
            }
        });
        execution.merging.forEach((id, operator) -> {
            boolean claims = execution.operators.get(operator.dispatcher()) == operator
                    && operator.spans().stream().anyMatch(source -> source.id().equals(id));
            findings.require(claims, "I-15", "dispatcher ", id, " is kept for ", name(operator), ", which is over");
        });
        queue();
        traffic();
        census();
        return findings;
    }

    private static String name(RegisteredOperator operator) {
        return operator.type() + " of dispatcher " + operator.dispatcher() + " in " + operator.phase();
    }

    /** A removal may outlive its span; anything else needs it, and finds it where its next command goes. */
    private void span(DispatcherId id, RegisteredOperator operator) {
        boolean places = operator.destination() != null;
        DrivenSpan span = spans.get(id);
        boolean known = span != null;
        findings.require(known || !places, "I-12", name(operator), " has no span");
        if (span != null && places) {
            NodeId at = operator.outstanding().map(OperatorCommand::node).orElse(null);
            NodeId bound = span.node();
            boolean same = at != null && at.equals(bound);
            findings.require(same, "I-19", name(operator), " works on node ", at, ", the span is bound to ", bound);
        }
        boolean idle = span == null || !operator.capsCheckpoint() || !span.isReplicating();
        findings.require(idle, "I-39", name(operator), " caps nothing: its span runs");
    }

    /** All sources are bound to the node and belong to nobody else; the target is not registered yet. */
    private void merge(RegisteredOperator operator) {
        boolean fresh = spans.get(operator.dispatcher()) == null;
        findings.require(fresh, "I-15", name(operator), " makes what is there");
        for (DrivenSpan source : operator.spans()) {
            boolean own = execution.merging.get(source.id()) == operator
                    && !execution.operators.containsKey(source.id())
                    && spans.get(source.id()) == source;
            findings.require(own, "I-15", name(operator), " has its source ", source.id(), " not for itself");
            NodeId bound = source.node();
            boolean here = bound != null && bound.equals(operator.origin()) && !source.isReplicating();
            findings.require(here, "I-19", name(operator), " has a source ", source.id(), " bound to ", bound);
        }
    }

    private void census() {
        Map<OperatorType, Integer> recount = new EnumMap<>(OperatorType.class);
        execution.operators.values().forEach(operator -> recount.merge(operator.type(), 1, Integer::sum));
        Map<OperatorType, Integer> kept = new EnumMap<>(OperatorType.class);
        execution.census.load(0).forEach((type, load) -> kept.put(type, load.count()));
        findings.require(kept.equals(recount), "I-15", "operators by type: kept ", kept, ", counted ", recount);
    }

    private void queue() {
        long dueBefore = Long.MIN_VALUE;
        for (RegisteredOperator operator : execution.queue) {
            boolean current = execution.operators.get(operator.dispatcher()) == operator;
            findings.require(current, "I-17", name(operator), " is queued and not registered");
            findings.require(operator.dueAt() >= dueBefore, "I-31", name(operator), " is queued out of order");
            dueBefore = operator.dueAt();
        }
    }

    private void traffic() {
        NodeTraffic counted = new NodeTraffic();
        execution.operators.values().forEach(operator -> counted.count(operator, 1));
        boolean same = counted.contents().equals(execution.traffic.contents());
        findings.require(
                same, "I-57", "traffic by node: kept ", execution.traffic.contents(), ", counted ", counted.contents());
    }
}
