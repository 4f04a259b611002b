package dev.maintainer.operator;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.QuiesceAllowlist;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.Admission;
import dev.maintainer.api.operator.OperatorCommand;
import dev.maintainer.api.operator.OperatorEffect;
import dev.maintainer.api.operator.OperatorEvent;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.api.operator.SpanPart;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Admits operators, drives them, repeats their commands, finishes them, and freezes them at quiesce.
 *
 * <p>At most one operator per dispatcher id; a merge has several ids and takes and lets go of them all at once.
 * Whatever happens to an operator happens in one call: the event, the registry transitions, the finish if it has ended,
 * and the next command otherwise. So nobody ever meets an operator that has ended but is still registered, and a
 * quiesce that has returned has nothing in flight behind it.
 *
 * <p>Times are milliseconds of one clock that never goes back.
 *
 * <p>Single writer: not thread-safe.
 */
public final class OperatorController {
    private final SpanStates spans;
    private final OperatorTimings timings;
    private final AdmissionPreconditions preconditions;
    // Broken by the tests of the audit.
    final OperatorExecution execution;
    private final Map<RefusalReason, Long> refusals = new EnumMap<>(RefusalReason.class);

    /**
     * Makes a controller that admits whatever makes sense; see the other constructor.
     *
     * @param spans what operators change
     * @param output where commands and news go
     * @param alive whether a node is a member right now; asked at admission and again when an operator ends
     * @param timings when commands are repeated and operators are stuck
     */
    public OperatorController(
            SpanStates spans, OperatorOutput output, Predicate<NodeId> alive, OperatorTimings timings) {
        this(spans, output, alive, timings, AdmissionPolicy.OPEN);
    }

    /**
     * Makes a controller without operators.
     *
     * @param spans what operators change
     * @param output where commands and news go
     * @param alive whether a node is a member right now; asked at admission and again when an operator ends
     * @param timings when commands are repeated and operators are stuck
     * @param policy what else is forbidden right now
     */
    public OperatorController(
            SpanStates spans,
            OperatorOutput output,
            Predicate<NodeId> alive,
            OperatorTimings timings,
            AdmissionPolicy policy) {
        this.spans = spans;
        this.timings = timings;
        this.execution = new OperatorExecution(spans, output, alive, timings, policy);
        this.preconditions = new AdmissionPreconditions(alive, id -> spans.get(id) != null || isInFlight(id));
    }

    // ---- admission ---------------------------------------------------------------------------------------------

    /**
     * Places an absent span.
     *
     * @param id the dispatcher of the span
     * @param destination where it shall run; a member
     * @param nowMillis the time, in milliseconds
     * @return admitted, or why nothing has changed
     */
    public Admission add(DispatcherId id, NodeId destination, long nowMillis) {
        DrivenSpan span = spans.get(id);
        return execution
                .refusalOf(id, OperatorType.ADD)
                .or(() -> preconditions.ofAdd(span, destination))
                .map(this::refuse)
                .orElseGet(() -> execution.admit(
                        RegisteredOperator.add(known(span), destination, OperatorType.ADD, nowMillis, timings),
                        nowMillis));
    }

    /**
     * Moves a running span. A move to where it runs already is admitted and has ended at once.
     *
     * @param id the dispatcher of the span
     * @param origin where it runs
     * @param destination where it shall run; a member
     * @param nowMillis the time, in milliseconds
     * @return admitted, or why nothing has changed
     */
    public Admission move(DispatcherId id, NodeId origin, NodeId destination, long nowMillis) {
        DrivenSpan span = spans.get(id);
        return execution
                .refusalOf(id, OperatorType.MOVE)
                .or(() -> preconditions.ofMove(span, origin, destination))
                .map(this::refuse)
                .orElseGet(() -> origin.equals(destination)
                        ? Admission.admitted()
                        : execution.admit(
                                RegisteredOperator.move(known(span), origin, destination, nowMillis, timings),
                                nowMillis));
    }

    /**
     * Replaces a running span by its parts. Those with a target are placed there as soon as they exist, the others wait
     * for the scheduler.
     *
     * @param id the dispatcher of the span
     * @param origin where it runs
     * @param parts at least two, in the order of their ranges, covering the span exactly, with ids that nothing has
     * @param nowMillis the time, in milliseconds
     * @return admitted, or why nothing has changed
     */
    public Admission split(DispatcherId id, NodeId origin, List<SpanPart> parts, long nowMillis) {
        DrivenSpan span = spans.get(id);
        return execution
                .refusalOf(id, OperatorType.SPLIT)
                .or(() -> preconditions.ofSplit(span, origin, parts))
                .map(this::refuse)
                .orElseGet(() -> execution.admit(
                        RegisteredOperator.split(known(span), origin, parts, nowMillis, timings), nowMillis));
    }

    /**
     * Replaces adjacent spans that all run on one node by one.
     *
     * @param target the id of the dispatcher that shall cover them, which nothing else has
     * @param sources at least two, of one table, each beginning where the one before ends
     * @param node where all of them run
     * @param nowMillis the time, in milliseconds
     * @return admitted, or why nothing has changed
     */
    public Admission merge(DispatcherId target, List<DispatcherId> sources, NodeId node, long nowMillis) {
        Optional<RefusalReason> refusal = execution.refusalOf(target, OperatorType.MERGE);
        List<DrivenSpan> merged = new ArrayList<>(sources.size());
        for (DispatcherId source : sources) {
            DrivenSpan span = spans.get(source);
            if (span != null) {
                merged.add(span);
            }
            refusal = refusal.or(() -> execution.refusalOf(source, OperatorType.MERGE));
        }
        return refusal.or(() -> preconditions.ofMerge(target, merged, sources.size(), node))
                .map(this::refuse)
                .orElseGet(() ->
                        execution.admit(RegisteredOperator.merge(target, merged, node, nowMillis, timings), nowMillis));
    }

    /**
     * Takes up a removal that a former owner had begun. When it is confirmed, the span (if it is still registered)
     * becomes absent: its table still exists, so somebody has to replicate it.
     *
     * @param id the dispatcher that is being removed
     * @param node where it ran
     * @param intent why the former owner removed it
     * @param nowMillis the time, in milliseconds
     * @return admitted, or why nothing has changed
     */
    public Admission restoreRemoval(DispatcherId id, NodeId node, OperatorType intent, long nowMillis) {
        RemoveProtocol protocol = new RemoveProtocol(node, intent, List.of(new OperatorEffect.MarkAbsent()));
        return execution
                .refusalOf(id, intent)
                .map(this::refuse)
                .orElseGet(() ->
                        execution.admit(RegisteredOperator.remove(id, node, protocol, nowMillis, timings), nowMillis));
    }

    /**
     * Removes a dispatcher whose span is not, or no longer, registered.
     *
     * @param id the dispatcher to remove
     * @param node where it runs
     * @param nowMillis the time, in milliseconds
     * @return admitted, or why nothing has changed
     */
    public Admission removeStray(DispatcherId id, NodeId node, long nowMillis) {
        return execution
                .refusalOf(id, OperatorType.REMOVE)
                .map(this::refuse)
                .orElseGet(() -> execution.admit(
                        RegisteredOperator.remove(id, node, new RemoveProtocol(node), nowMillis, timings), nowMillis));
    }

    /**
     * Closes the DDL trigger dispatcher: what the quiesce allowlist is made for.
     *
     * @param trigger the DDL trigger dispatcher
     * @param node where it runs
     * @param nowMillis the time, in milliseconds
     * @return admitted, or why nothing has changed
     */
    public Admission closeTrigger(DispatcherId trigger, NodeId node, long nowMillis) {
        return removeStray(trigger, node, nowMillis);
    }

    /**
     * The tables of these spans were dropped. Each running or half-placed dispatcher gets a removal that replaces
     * whatever operator its id has; the caller then deletes the spans, in the same turn.
     *
     * @param ids the dispatchers of the spans; those for which a removal is forbidden now are only counted as refused
     * @param nowMillis the time, in milliseconds
     */
    public void removeForDdl(Collection<DispatcherId> ids, long nowMillis) {
        Map<DispatcherId, NodeId> mergeTargets = new LinkedHashMap<>();
        for (DispatcherId id : ids) {
            Optional<RefusalReason> refusal = execution.forbidden(id, OperatorType.REMOVE);
            if (refusal.isPresent()) {
                refuse(refusal.get());
                continue;
            }
            DrivenSpan span = spans.get(id);
            NodeId node = span == null ? null : span.node();
            RegisteredOperator former = operatorOf(id);
            if (former != null && execution.merging.containsKey(id) && former.origin() != null) {
                mergeTargets.put(former.dispatcher(), former.origin());
            }
            if (node == null && former != null) {
                // A removal of a former owner that was taken up: the span is absent, the dispatcher may still run.
                node = former.origin();
            }
            if (former != null) {
                execution.drive(former, new OperatorEvent.TaskRemoved(), nowMillis);
            }
            // Asked again: the end of the former operator may have led to a quiesce.
            if (node != null && execution.forbidden(id, OperatorType.REMOVE).isEmpty()) {
                execution.admit(
                        RegisteredOperator.remove(id, node, new RemoveProtocol(node), nowMillis, timings), nowMillis);
            }
        }
        // After their sources, which are then not started again only to be removed.
        mergeTargets.forEach((target, node) -> removeStray(target, node, nowMillis));
    }

    /** A precondition has found it there. */
    private static DrivenSpan known(@Nullable DrivenSpan span) {
        if (span == null) {
            throw new IllegalStateException("a span that is not registered was admitted");
        }
        return span;
    }

    private Admission refuse(RefusalReason reason) {
        refusals.merge(reason, 1L, Long::sum);
        return Admission.refused(reason);
    }

    // ---- events ------------------------------------------------------------------------------------------------

    /**
     * A node reported the state of a dispatcher after all that it was asked.
     *
     * @param from the node that has reported
     * @param id the dispatcher that it has reported
     * @param state what the dispatcher says about itself
     * @param nowMillis the time, in milliseconds
     */
    public void reported(NodeId from, DispatcherId id, ComponentState state, long nowMillis) {
        RegisteredOperator operator = operatorOf(id);
        if (operator != null) {
            reported(operator, from, id, state, Long.MAX_VALUE, nowMillis);
        }
    }

    /**
     * A node reported the state of a dispatcher that an operator has. Operators that quiesce has frozen do not hear of it,
     * nor do those whose command the node had not executed: what it says is about what ran there before.
     *
     * @param operator the operator, which is registered
     * @param from the node that has reported
     * @param id the dispatcher that it has reported
     * @param state what the dispatcher says about itself
     * @param executed the highest request that the node had executed
     * @param nowMillis the time, in milliseconds
     */
    public void reported(
            RegisteredOperator operator,
            NodeId from,
            DispatcherId id,
            ComponentState state,
            long executed,
            long nowMillis) {
        execution.reported(operator, from, id, state, executed, nowMillis);
    }

    /**
     * A number for a request that no operator makes.
     *
     * @return higher than any before; the first is 1
     */
    public long nextRequest() {
        return execution.nextRequest();
    }

    /**
     * Nodes have left. After quiesce nobody hears of it, the close of the trigger included. Costs all operators: nodes die
     * seldom, and an index of operators by node would cost each of them more than it saves.
     *
     * @param dead the nodes; those that nobody knows change nothing
     * @param nowMillis the time, in milliseconds
     */
    public void nodesDied(SortedSet<NodeId> dead, long nowMillis) {
        execution.nodesDied(dead, nowMillis);
    }

    // ---- time --------------------------------------------------------------------------------------------------

    /**
     * Repeats commands that were not answered, and reports operators that are stuck. Costs what is due.
     *
     * @param nowMillis the time, in milliseconds
     */
    public void tick(long nowMillis) {
        execution.tick(nowMillis);
    }

    /**
     * Repeats the command of one operator now; nothing if it is frozen or there is none.
     *
     * @param id under which the operator is registered; of a merge, its target
     * @param nowMillis the time, in milliseconds
     */
    public void repeat(DispatcherId id, long nowMillis) {
        RegisteredOperator operator = execution.operators.get(id);
        if (operator != null && !execution.isFrozen(operator)) {
            execution.sendOutstanding(operator, nowMillis);
        }
    }

    // ---- people -------------------------------------------------------------------------------------------------

    /**
     * Repeats the command of an operator now. Harmless: whoever has carried it out says so again.
     *
     * @param id the operator's dispatcher; of a merge, its target or a source
     * @param nowMillis the time, in milliseconds
     * @return admitted; or refused, because there is no such operator or the controller is quiesced
     */
    public Admission retry(DispatcherId id, long nowMillis) {
        return touch(id, operator -> {
            execution.sendOutstanding(operator, nowMillis);
            return true;
        });
    }

    /**
     * Turns an operator back. It ends when nothing of it can run any more; its spans are then placed as any other. Refused
     * for one that cannot turn back, as a removal.
     *
     * @param id the operator's dispatcher; of a merge, its target or a source
     * @param nowMillis the time, in milliseconds
     * @return admitted; or refused, because there is no such operator, it cannot turn back, or the controller is
     *     quiesced
     */
    public Admission cancel(DispatcherId id, long nowMillis) {
        return touch(id, operator -> {
            boolean turned = execution.transition(operator, new OperatorEvent.Cancelled());
            if (turned) {
                operator.cancelled();
                execution.settle(operator, nowMillis);
            }
            return turned;
        });
    }

    /**
     * Waits no longer for the node that an operator waits for, as if that node had died. Whoever asks for it vouches that
     * the dispatcher does not run there: if it does, there are two.
     *
     * @param id the operator's dispatcher; of a merge, its target or a source
     * @param nowMillis the time, in milliseconds
     * @return admitted; or refused, because there is no such operator, it waits for no node, or the controller is
     *     quiesced
     */
    public Admission release(DispatcherId id, long nowMillis) {
        return touch(id, operator -> {
            NodeId node = operator.outstanding().map(OperatorCommand::node).orElse(null);
            boolean ended = node != null && execution.transition(operator, new OperatorEvent.NodeDied(node));
            if (ended) {
                execution.settle(operator, nowMillis);
            }
            return ended;
        });
    }

    private Admission touch(DispatcherId id, Predicate<RegisteredOperator> action) {
        RegisteredOperator operator = operatorOf(id);
        if (operator == null) {
            return refuse(RefusalReason.GONE);
        }
        if (execution.isQuiesced()) {
            return refuse(RefusalReason.QUIESCING);
        }
        return action.test(operator) ? Admission.admitted() : refuse(RefusalReason.PRECONDITION_FAILED);
    }

    // ---- quiesce -----------------------------------------------------------------------------------------------

    /**
     * Freezes everything but what the allowlist admits. Terminal; a second call can only narrow the allowlist. Costs the
     * allowlist, however many operators there are.
     *
     * @param allowlist what goes on; what it admits is the close of DDL trigger dispatchers, and nothing else
     */
    public void quiesce(QuiesceAllowlist allowlist) {
        execution.quiesce(allowlist);
    }

    /** {@return how many operators the first quiesce has frozen; 0 before} */
    public int frozen() {
        return execution.frozen();
    }

    /**
     * Writes down at most so many more of the operators that the first quiesce has frozen.
     *
     * @param most at least 1
     * @return whether the manifest is complete
     */
    public boolean writeManifest(int most) {
        return execution.writeManifest(most);
    }

    /**
     * The checkpoint of a span that an operator drives is about to rise: if the operator is frozen, the manifest takes what
     * it was.
     *
     * @param operator the operator, which is registered
     */
    public void beforeProgress(RegisteredOperator operator) {
        execution.beforeProgress(operator);
    }

    /**
     * {@return the operators that the first quiesce has frozen, by dispatcher id; empty until it is written completely}
     */
    public HandoffManifest manifest() {
        return execution.manifest();
    }

    /** {@return whether {@link #quiesce} has been called} */
    public boolean isQuiesced() {
        return execution.isQuiesced();
    }

    // ---- queries -----------------------------------------------------------------------------------------------

    /**
     * {@return whether an operator drives this dispatcher, frozen ones included}
     *
     * @param id of a merge, its target or a source
     */
    public boolean isInFlight(DispatcherId id) {
        return operatorOf(id) != null;
    }

    /**
     * {@return the operator that has this dispatcher, as its own or as the source of a merge; null if there is none}
     *
     * @param id which dispatcher
     */
    public @Nullable RegisteredOperator operatorOf(DispatcherId id) {
        return execution.operatorOf(id);
    }

    /** {@return the number of operators, frozen ones included} */
    public int size() {
        return execution.operators.size();
    }

    /** {@return the number of operators that wait in the queue for their next turn; frozen ones do not} */
    public int queued() {
        return execution.queue.size();
    }

    /**
     * {@return all operators, oldest first, frozen ones included; costs all of them}
     *
     * @param nowMillis the time that ages are counted to, in milliseconds
     */
    public List<OperatorView> operators(long nowMillis) {
        return execution.operators.values().stream()
                .map(operator -> operator.view(nowMillis, execution.isFrozen(operator)))
                .toList();
    }

    /**
     * {@return the operator of a dispatcher; empty if there is none}
     *
     * @param id of a merge, its target or a source
     * @param nowMillis the time that its age is counted to, in milliseconds
     */
    public Optional<OperatorView> operator(DispatcherId id, long nowMillis) {
        return Optional.ofNullable(operatorOf(id))
                .map(operator -> operator.view(nowMillis, execution.isFrozen(operator)));
    }

    /**
     * {@return the lowest checkpoint of a span whose operator caps the checkpoint, frozen ones included; at most {@code
     * limit}}
     *
     * @param limit the answer if no operator caps it lower; a TSO
     */
    public long checkpointFloor(long limit) {
        return execution.checkpointFloor(limit);
    }

    /** {@return how many operators are under way towards and away from each node; a live view} */
    public NodeTraffic traffic() {
        return execution.traffic;
    }

    /**
     * {@return the operators in flight by type, without types of which there are none; costs the types}
     *
     * @param nowMillis the time that ages are counted to, in milliseconds
     */
    public SortedMap<OperatorType, OperatorLoad> load(long nowMillis) {
        return execution.census.load(nowMillis);
    }

    /** {@return how often admission was refused, by reason; a copy, without the reasons that never were} */
    public Map<RefusalReason, Long> refusals() {
        return new EnumMap<>(refusals);
    }

    /**
     * Compares every index and counter with a recount. O(all): for tests, simulations, and people in the night.
     *
     * @return what contradicts; empty if nothing does
     */
    public List<Finding> audit() {
        return new OperatorAudit(execution, spans).run().all();
    }
}
