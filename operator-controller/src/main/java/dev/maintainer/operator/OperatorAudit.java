package dev.maintainer.operator;

import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorCommand;
import dev.maintainer.api.operator.SpanStates;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Counts everything in a controller again, and compares. Changes nothing. */
final class OperatorAudit {
    private final OperatorController controller;
    private final SpanStates spans;
    private final Findings findings = new Findings();

    OperatorAudit(OperatorController controller, SpanStates spans) {
        this.controller = controller;
        this.spans = spans;
    }

    Findings run() {
        controller.operators.forEach((id, operator) -> {
            findings.require(operator.dispatcher().equals(id), "I-15", name(operator), " is registered under ", id);
            findings.require(!operator.isFinished(), "I-16", name(operator), " has ended and is still registered");
            boolean queued = controller.queue.contains(operator);
            if (controller.isFrozen(operator)) {
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
        controller.merging.forEach((id, operator) -> {
            boolean claims = controller.operators.get(operator.dispatcher()) == operator
                    && operator.spans().contains(id);
            findings.require(claims, "I-15", "dispatcher ", id, " is kept for ", name(operator), ", which is over");
        });
        queue();
        byNode();
        traffic();
        return findings;
    }

    private static String name(RegisteredOperator operator) {
        return operator.type() + " of dispatcher " + operator.dispatcher() + " in " + operator.phase();
    }

    /** A removal may outlive its span; anything else needs it, and finds it where its next command goes. */
    private void span(DispatcherId id, RegisteredOperator operator) {
        boolean places = operator.destination() != null;
        boolean known = spans.span(id) != null;
        findings.require(known || !places, "I-12", name(operator), " has no span");
        if (known && places) {
            NodeId at = operator.outstanding().map(OperatorCommand::node).orElse(null);
            NodeId bound = spans.boundTo(id);
            boolean same = at != null && at.equals(bound);
            findings.require(same, "I-19", name(operator), " works on node ", at, ", the span is bound to ", bound);
        }
        boolean caps = known && operator.capsCheckpoint();
        findings.require(!caps || !spans.isReplicating(id), "I-39", name(operator), " caps nothing: its span runs");
    }

    /** All sources are bound to the node and belong to nobody else; the target is not registered yet. */
    private void merge(RegisteredOperator operator) {
        boolean fresh = spans.span(operator.dispatcher()) == null;
        findings.require(fresh, "I-15", name(operator), " makes what is there");
        for (DispatcherId source : operator.spans()) {
            boolean own = controller.merging.get(source) == operator && !controller.operators.containsKey(source);
            findings.require(own, "I-15", name(operator), " has its source ", source, " not for itself");
            NodeId bound = spans.boundTo(source);
            boolean here = bound != null && bound.equals(operator.origin()) && !spans.isReplicating(source);
            findings.require(here, "I-19", name(operator), " has a source ", source, " bound to ", bound);
        }
    }

    private void queue() {
        long dueBefore = Long.MIN_VALUE;
        for (RegisteredOperator operator : controller.queue) {
            boolean current = controller.operators.get(operator.dispatcher()) == operator;
            findings.require(current, "I-17", name(operator), " is queued and not registered");
            findings.require(operator.dueAt() >= dueBefore, "I-31", name(operator), " is queued out of order");
            dueBefore = operator.dueAt();
        }
    }

    private void byNode() {
        TreeMap<NodeId, Set<DispatcherId>> counted = new TreeMap<>();
        controller.operators.forEach((id, operator) -> operator.affectedNodes()
                .forEach(node ->
                        counted.computeIfAbsent(node, n -> new TreeSet<>()).add(id)));
        Set<NodeId> nodes = new TreeSet<>(counted.keySet());
        nodes.addAll(controller.byNode.keySet());
        for (NodeId node : nodes) {
            Set<DispatcherId> kept = new TreeSet<>(controller.byNode.getOrDefault(node, Set.of()));
            boolean same = kept.equals(counted.get(node));
            findings.require(same, "I-28", "operators that hear of the death of node ", node, " are not those it has");
        }
    }

    private void traffic() {
        NodeTraffic counted = new NodeTraffic();
        controller.operators.values().forEach(operator -> counted.count(operator, 1));
        boolean same = counted.contents().equals(controller.traffic.contents());
        findings.require(
                same,
                "I-57",
                "traffic by node: kept ",
                controller.traffic.contents(),
                ", counted ",
                counted.contents());
    }
}
