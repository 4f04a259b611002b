package dev.maintainer.operator;

import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.QuiesceAllowlist;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.Admission;
import dev.maintainer.api.operator.OperatorCommand;
import dev.maintainer.api.operator.OperatorEvent;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.api.operator.SpanPart;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Drives what was admitted: brings operators their events, repeats their commands, finishes them, and freezes them at
 * quiesce. Whatever happens to an operator happens in one call; see {@link OperatorController}, whose other half this is.
 */
final class OperatorExecution {
    private final OperatorOutput output;
    private final Predicate<NodeId> alive;
    private final OperatorTimings timings;
    private final AdmissionPolicy policy;
    private final SpanStates spans;
    private final SpanEffects effects;

    // These four are read by the audit too, and broken by its tests.
    final Map<DispatcherId, RegisteredOperator> operators = new LinkedHashMap<>();
    /** Merges by their sources, which no other operator may have. */
    final Map<DispatcherId, RegisteredOperator> merging = new HashMap<>();

    final NodeTraffic traffic = new NodeTraffic();
    final OperatorCensus census = new OperatorCensus();
    /**
     * Each operator that is not frozen, once, in the order of due times: whoever sends is appended at now plus one
     * constant. So a command that is repeated out of turn moves to the end instead of queueing twice.
     */
    IntrusiveList<RegisteredOperator> queue = new IntrusiveList<>();

    private @Nullable Quiesced quiesced;
    private long requests;

    private record Quiesced(QuiesceAllowlist allowlist, FrozenOperators frozen) {}

    OperatorExecution(
            SpanStates spans,
            OperatorOutput output,
            Predicate<NodeId> alive,
            OperatorTimings timings,
            AdmissionPolicy policy) {
        this.spans = spans;
        this.output = output;
        this.alive = alive;
        this.timings = timings;
        this.policy = policy;
        this.effects = new SpanEffects(spans, alive);
    }

    // ---- admission ---------------------------------------------------------------------------------------------

    Optional<RefusalReason> refusalOf(DispatcherId id, OperatorType type) {
        Optional<RefusalReason> refusal = forbidden(id, type);
        return refusal.isEmpty() && operatorOf(id) != null ? Optional.of(RefusalReason.DUPLICATE) : refusal;
    }

    Optional<RefusalReason> forbidden(DispatcherId id, OperatorType type) {
        return quiesced != null && !quiesced.allowlist().admits(id, type)
                ? Optional.of(RefusalReason.QUIESCING)
                : policy.refusal(id, type);
    }

    Admission admit(RegisteredOperator operator, long nowMillis) {
        if (operators.putIfAbsent(operator.dispatcher(), operator) != null) {
            throw new IllegalStateException("two operators for " + operator.dispatcher());
        }
        if (operator.isMerge()) {
            operator.spans().forEach(source -> merging.put(source.id(), operator));
        }
        census.admitted(operator);
        traffic.count(operator, 1);
        operator.start().forEach(effect -> effects.apply(operator, effect));
        // After the start, not before: a start must never undo what a death has done.
        for (NodeId node : operator.affectedNodes()) {
            if (!operator.isFinished() && !alive.test(node)) {
                transition(operator, new OperatorEvent.NodeDied(node));
            }
        }
        settle(operator, nowMillis);
        return Admission.admitted();
    }

    // ---- events ------------------------------------------------------------------------------------------------

    void reported(
            RegisteredOperator operator,
            NodeId from,
            DispatcherId id,
            ComponentState state,
            long executed,
            long nowMillis) {
        if (!isFrozen(operator) && !operator.isAhead(from, executed)) {
            drive(operator, new OperatorEvent.Reported(from, id, state), nowMillis);
        }
    }

    long nextRequest() {
        return ++requests;
    }

    void nodesDied(SortedSet<NodeId> dead, long nowMillis) {
        if (quiesced != null) {
            return;
        }
        for (RegisteredOperator operator : affectedBy(dead)) {
            // An output may have ended or frozen those that come later.
            if (operators.get(operator.dispatcher()) == operator && !isFrozen(operator)) {
                died(operator, dead, nowMillis);
            }
        }
        dead.forEach(traffic::forget);
    }

    /** By the first node of each that has died, oldest first. */
    private List<RegisteredOperator> affectedBy(SortedSet<NodeId> dead) {
        Map<NodeId, List<RegisteredOperator>> byNode = new TreeMap<>();
        for (RegisteredOperator operator : operators.values()) {
            for (NodeId node : operator.affectedNodes()) {
                if (dead.contains(node)) {
                    byNode.computeIfAbsent(node, n -> new ArrayList<>()).add(operator);
                    break;
                }
            }
        }
        List<RegisteredOperator> affected = new ArrayList<>();
        byNode.values().forEach(affected::addAll);
        return affected;
    }

    /** All deaths first, then what follows: an operator that lost both nodes sends nothing. */
    private void died(RegisteredOperator operator, SortedSet<NodeId> dead, long nowMillis) {
        boolean changed = false;
        for (NodeId node : dead) {
            changed |= transition(operator, new OperatorEvent.NodeDied(node));
        }
        if (changed) {
            settle(operator, nowMillis);
        }
    }

    void drive(RegisteredOperator operator, OperatorEvent event, long nowMillis) {
        if (transition(operator, event)) {
            settle(operator, nowMillis);
        }
    }

    boolean transition(RegisteredOperator operator, OperatorEvent event) {
        traffic.count(operator, -1);
        RegisteredOperator.Outcome outcome = operator.apply(event);
        traffic.count(operator, 1);
        outcome.effects().forEach(effect -> effects.apply(operator, effect));
        return outcome.changed();
    }

    /** Finishes an operator that has ended, or sends what its new state waits for. */
    void settle(RegisteredOperator operator, long nowMillis) {
        if (operator.isFinished()) {
            unregister(operator);
            operator.placements().forEach(part -> place(part, nowMillis));
            output.finished(operator.dispatcher(), effects.ownSpan(operator), operator.type());
        } else {
            operator.request(++requests);
            sendOutstanding(operator, nowMillis);
        }
    }

    /** What was split goes where it was meant to go; if that cannot be any more, the scheduler decides. */
    private void place(SpanPart part, long nowMillis) {
        NodeId target = part.target();
        DrivenSpan span = spans.get(part.dispatcher());
        if (target == null || span == null) {
            return;
        }
        boolean possible = span.isAbsent()
                && refusalOf(part.dispatcher(), OperatorType.SPLIT).isEmpty()
                && alive.test(target)
                && policy.mayGetSpans(target);
        if (possible) {
            admit(RegisteredOperator.add(span, target, OperatorType.SPLIT, nowMillis, timings), nowMillis);
        }
    }

    private void unregister(RegisteredOperator operator) {
        if (!operators.remove(operator.dispatcher(), operator)) {
            throw new IllegalStateException("operator of " + operator.dispatcher() + " finished twice");
        }
        if (operator.isMerge()) {
            operator.spans().forEach(source -> merging.remove(source.id()));
        }
        queue.remove(operator);
        census.ended(operator);
    }

    void sendOutstanding(RegisteredOperator operator, long nowMillis) {
        Optional<OperatorCommand> command = operator.outstanding();
        operator.dueAt(nowMillis + timings.resendMillis());
        queue.moveToEnd(operator);
        command.ifPresent(c ->
                output.send(operator.dispatcher(), effects.ownSpan(operator), operator.type(), c, operator.request()));
    }

    // ---- time --------------------------------------------------------------------------------------------------

    void tick(long nowMillis) {
        List<RegisteredOperator> due = new ArrayList<>();
        for (RegisteredOperator operator : queue) {
            if (operator.dueAt() > nowMillis) {
                break;
            }
            due.add(operator);
        }
        for (RegisteredOperator operator : due) {
            // An output may have ended or frozen those that come later.
            boolean waits = queue.contains(operator) && operator.dueAt() <= nowMillis;
            if (waits && !isFrozen(operator)) {
                boolean stuck = operator.takeStuckReport(nowMillis, timings);
                sendOutstanding(operator, nowMillis);
                if (stuck) {
                    output.stuck(operator.view(nowMillis, false));
                }
            }
        }
    }

    // ---- quiesce -----------------------------------------------------------------------------------------------

    void quiesce(QuiesceAllowlist allowlist) {
        if (quiesced != null) {
            quiesced = new Quiesced(quiesced.allowlist().narrowedTo(allowlist), quiesced.frozen());
            List<RegisteredOperator> goneOn = new ArrayList<>();
            queue.forEach(goneOn::add);
            goneOn.stream().filter(this::isFrozen).forEach(queue::remove);
            return;
        }
        // All operators are in the queue: it is handed over as a whole, but for the few that go on.
        IntrusiveList<RegisteredOperator> frozen = queue;
        queue = new IntrusiveList<>();
        List<RegisteredOperator> goOn = new ArrayList<>(1);
        for (DispatcherId trigger : allowlist.triggers()) {
            RegisteredOperator operator = operators.get(trigger);
            if (operator != null && allowlist.admits(trigger, operator.type()) && frozen.remove(operator)) {
                goOn.add(operator);
            }
        }
        goOn.sort(Comparator.comparingLong(RegisteredOperator::dueAt));
        goOn.forEach(queue::append);
        quiesced = new Quiesced(allowlist, new FrozenOperators(frozen, effects::spansOf));
    }

    int frozen() {
        return quiesced == null ? 0 : quiesced.frozen().size();
    }

    boolean writeManifest(int most) {
        return quiesced == null || quiesced.frozen().write(most);
    }

    void beforeProgress(RegisteredOperator operator) {
        if (quiesced != null) {
            quiesced.frozen().write(operator);
        }
    }

    HandoffManifest manifest() {
        return quiesced == null ? HandoffManifest.EMPTY : quiesced.frozen().manifest();
    }

    boolean isFrozen(RegisteredOperator operator) {
        // The intent is not enough: a removal that is a part of a move carries MOVE, and is frozen with it.
        return quiesced != null && !quiesced.allowlist().admits(operator.dispatcher(), operator.type());
    }

    boolean isQuiesced() {
        return quiesced != null;
    }

    // ---- queries -----------------------------------------------------------------------------------------------

    @Nullable
    RegisteredOperator operatorOf(DispatcherId id) {
        RegisteredOperator operator = operators.get(id);
        return operator != null ? operator : merging.get(id);
    }

    long checkpointFloor(long limit) {
        long floor = limit;
        for (RegisteredOperator operator : operators.values()) {
            for (DrivenSpan span : operator.capsCheckpoint() ? operator.spans() : List.<DrivenSpan>of()) {
                floor = span.isRegistered() ? Math.min(floor, span.checkpointTs()) : floor;
            }
        }
        return floor;
    }
}
