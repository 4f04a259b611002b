package dev.maintainer.operator;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorCommand;
import dev.maintainer.api.operator.OperatorEffect;
import dev.maintainer.api.operator.OperatorEvent;
import dev.maintainer.api.operator.OperatorProtocol;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.SpanPart;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One operator while it is registered: its protocol, its state, and its times. Whoever has found one passes it on; what it
 * does is the {@link OperatorController}'s.
 */
public final class RegisteredOperator extends IntrusiveList.Element<RegisteredOperator> {
    private final DispatcherId dispatcher;
    private final List<DrivenSpan> spans;
    private final Machine<?> machine;
    private final @Nullable NodeId origin;
    private final @Nullable NodeId destination;
    private final List<SpanPart> parts;
    private final List<NodeId> affectedNodes;
    private final long admittedAt;
    private long dueAt;
    private long stuckAt;
    private long request;
    private boolean divided;
    private boolean cancelled;

    private RegisteredOperator(
            DispatcherId dispatcher,
            List<DrivenSpan> spans,
            Machine<?> machine,
            @Nullable NodeId origin,
            @Nullable NodeId destination,
            List<SpanPart> parts,
            long nowMillis,
            OperatorTimings timings) {
        this.dispatcher = dispatcher;
        this.spans = spans;
        this.parts = parts;
        this.machine = machine;
        this.origin = origin;
        this.destination = destination;
        this.affectedNodes = List.copyOf(machine.protocol.affectedNodes());
        this.admittedAt = nowMillis;
        this.dueAt = nowMillis;
        this.stuckAt = nowMillis + timings.stuckMillis();
    }

    static RegisteredOperator add(
            DrivenSpan span, NodeId destination, OperatorType intent, long nowMillis, OperatorTimings timings) {
        Machine<?> machine = new Machine<>(new AddProtocol(destination, intent));
        return new RegisteredOperator(
                span.id(), List.of(span), machine, null, destination, List.of(), nowMillis, timings);
    }

    static RegisteredOperator move(
            DrivenSpan span, NodeId origin, NodeId destination, long nowMillis, OperatorTimings timings) {
        Machine<?> machine = new Machine<>(new MoveProtocol(origin, destination));
        return new RegisteredOperator(
                span.id(), List.of(span), machine, origin, destination, List.of(), nowMillis, timings);
    }

    static RegisteredOperator split(
            DrivenSpan span, NodeId origin, List<SpanPart> parts, long nowMillis, OperatorTimings timings) {
        Machine<?> machine = new Machine<>(new SplitProtocol(origin, parts));
        return new RegisteredOperator(
                span.id(), List.of(span), machine, origin, null, List.copyOf(parts), nowMillis, timings);
    }

    static RegisteredOperator merge(
            DispatcherId target, List<DrivenSpan> sources, NodeId node, long nowMillis, OperatorTimings timings) {
        List<DispatcherId> ids = sources.stream().map(DrivenSpan::id).toList();
        Machine<?> machine = new Machine<>(new MergeProtocol(target, ids, node));
        return new RegisteredOperator(target, List.copyOf(sources), machine, node, null, List.of(), nowMillis, timings);
    }

    static RegisteredOperator remove(
            DispatcherId id, NodeId node, RemoveProtocol protocol, long nowMillis, OperatorTimings timings) {
        return new RegisteredOperator(
                id, List.of(), new Machine<>(protocol), node, null, List.of(), nowMillis, timings);
    }

    /** The dispatcher under which it is registered; for a merge, the one that is to be made. */
    DispatcherId dispatcher() {
        return dispatcher;
    }

    /** The spans that it has for itself: those of a merge are its sources, and a removal has none. */
    List<DrivenSpan> spans() {
        return spans;
    }

    /** Whether it has its spans as the sources of a merge. A removal may have been a part of one, and is none. */
    boolean isMerge() {
        return machine.protocol instanceof MergeProtocol;
    }

    /** Whether it stops a dispatcher, whatever has become of its span. */
    boolean isRemoval() {
        return machine.protocol instanceof RemoveProtocol;
    }

    OperatorType type() {
        return machine.protocol.type();
    }

    @Nullable
    NodeId origin() {
        return origin;
    }

    @Nullable
    NodeId destination() {
        return destination;
    }

    List<OperatorEffect> start() {
        return machine.start();
    }

    /** Applies an event. Returns the effects; {@code changed} says whether the state is another one. */
    Outcome apply(OperatorEvent event) {
        Outcome outcome = machine.apply(event);
        for (OperatorEffect effect : outcome.effects()) {
            divided |= effect instanceof OperatorEffect.Divide;
        }
        return outcome;
    }

    /** What a split divides its span into; empty for any other operator. */
    List<SpanPart> parts() {
        return cancelled ? List.of() : parts;
    }

    /** What it was meant to become is not meant any more. */
    void cancelled() {
        cancelled = true;
    }

    /** The parts that now exist and wait for their places. */
    List<SpanPart> placements() {
        return divided ? parts : List.of();
    }

    Optional<OperatorCommand> outstanding() {
        return machine.outstanding();
    }

    Optional<NodeId> heading() {
        return machine.heading();
    }

    boolean isFinished() {
        return machine.isFinished();
    }

    boolean capsCheckpoint() {
        return machine.capsCheckpoint();
    }

    /** The nodes whose death matters, in order. */
    List<NodeId> affectedNodes() {
        return affectedNodes;
    }

    String phase() {
        return machine.phase();
    }

    /** The number of the outstanding command. */
    long request() {
        return request;
    }

    void request(long number) {
        request = number;
    }

    /** Whether a node has not executed the outstanding command yet, so that it cannot say anything about it. */
    boolean isAhead(NodeId node, long executed) {
        return executed < request
                && outstanding().map(command -> command.node().equals(node)).orElse(false);
    }

    /**
     * {@return whether it waits for this node to remove its dispatcher}
     *
     * @param node any node
     */
    public boolean isRemovingFrom(NodeId node) {
        return outstanding()
                .filter(command -> command instanceof OperatorCommand.Remove
                        && command.node().equals(node))
                .isPresent();
    }

    /** When it was admitted, in milliseconds. */
    long admittedAt() {
        return admittedAt;
    }

    long dueAt() {
        return dueAt;
    }

    void dueAt(long millis) {
        dueAt = millis;
    }

    /** Whether a report of being stuck is due; counts as reported. */
    boolean takeStuckReport(long nowMillis, OperatorTimings timings) {
        if (nowMillis < stuckAt) {
            return false;
        }
        stuckAt = nowMillis + timings.stuckMillis();
        return true;
    }

    OperatorView view(long nowMillis, boolean frozen) {
        List<DispatcherId> ids = isMerge() ? spans.stream().map(DrivenSpan::id).toList() : List.of(dispatcher);
        return new OperatorView(dispatcher, ids, type(), phase(), origin, destination, nowMillis - admittedAt, frozen);
    }

    @Override
    public String toString() {
        return "the " + type() + " of " + dispatcher;
    }

    /** What came of an event. */
    record Outcome(boolean changed, List<OperatorEffect> effects) {}

    /** Pairs a protocol with its present state, so that nobody else needs to know the state's type. */
    private static final class Machine<S extends Enum<S>> {
        private final OperatorProtocol<S> protocol;
        private S state;

        Machine(OperatorProtocol<S> protocol) {
            this.protocol = protocol;
            this.state = protocol.start().next();
        }

        List<OperatorEffect> start() {
            return protocol.start().effects();
        }

        Outcome apply(OperatorEvent event) {
            OperatorProtocol.Step<S> step = protocol.on(state, event);
            boolean changed = step.next() != state;
            state = step.next();
            return new Outcome(changed, step.effects());
        }

        Optional<OperatorCommand> outstanding() {
            return protocol.outstanding(state);
        }

        Optional<NodeId> heading() {
            return protocol.heading(state);
        }

        boolean isFinished() {
            return protocol.isFinished(state);
        }

        boolean capsCheckpoint() {
            return protocol.capsCheckpoint(state);
        }

        String phase() {
            return state.name();
        }
    }
}
