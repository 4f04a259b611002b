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
import java.util.SortedSet;
import org.jspecify.annotations.Nullable;

/** One operator while it is registered: its protocol, its state, and its times. */
final class RegisteredOperator {
    private final DispatcherId dispatcher;
    private final List<DispatcherId> spans;
    private final Machine<?> machine;
    private final @Nullable NodeId origin;
    private final @Nullable NodeId destination;
    private final List<SpanPart> parts;
    private final long admittedAt;
    private long dueAt;
    private long stuckAt;
    private long request;
    private boolean divided;
    private boolean cancelled;

    private RegisteredOperator(
            DispatcherId dispatcher,
            List<DispatcherId> spans,
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
        this.admittedAt = nowMillis;
        this.dueAt = nowMillis;
        this.stuckAt = nowMillis + timings.stuckMillis();
    }

    static RegisteredOperator add(
            DispatcherId id, NodeId destination, OperatorType intent, long nowMillis, OperatorTimings timings) {
        Machine<?> machine = new Machine<>(new AddProtocol(destination, intent));
        return new RegisteredOperator(id, List.of(id), machine, null, destination, List.of(), nowMillis, timings);
    }

    static RegisteredOperator move(
            DispatcherId id, NodeId origin, NodeId destination, long nowMillis, OperatorTimings timings) {
        Machine<?> machine = new Machine<>(new MoveProtocol(origin, destination));
        return new RegisteredOperator(id, List.of(id), machine, origin, destination, List.of(), nowMillis, timings);
    }

    static RegisteredOperator split(
            DispatcherId id, NodeId origin, List<SpanPart> parts, long nowMillis, OperatorTimings timings) {
        Machine<?> machine = new Machine<>(new SplitProtocol(origin, parts));
        return new RegisteredOperator(id, List.of(id), machine, origin, null, List.copyOf(parts), nowMillis, timings);
    }

    static RegisteredOperator merge(
            DispatcherId target, List<DispatcherId> sources, NodeId node, long nowMillis, OperatorTimings timings) {
        Machine<?> machine = new Machine<>(new MergeProtocol(target, sources, node));
        return new RegisteredOperator(target, List.copyOf(sources), machine, node, null, List.of(), nowMillis, timings);
    }

    static RegisteredOperator remove(
            DispatcherId id, NodeId node, RemoveProtocol protocol, long nowMillis, OperatorTimings timings) {
        return new RegisteredOperator(
                id, List.of(id), new Machine<>(protocol), node, null, List.of(), nowMillis, timings);
    }

    /** The dispatcher under which it is registered; for a merge, the one that is to be made. */
    DispatcherId dispatcher() {
        return dispatcher;
    }

    /** Whose spans it changes: those of a merge are its sources. */
    List<DispatcherId> spans() {
        return spans;
    }

    /** Whether it has its spans as the sources of a merge. A removal may have been a part of one, and is none. */
    boolean isMerge() {
        return machine.protocol instanceof MergeProtocol;
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
        divided |= outcome.effects().stream().anyMatch(OperatorEffect.Divide.class::isInstance);
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

    SortedSet<NodeId> affectedNodes() {
        return machine.protocol.affectedNodes();
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
        return new OperatorView(
                dispatcher, spans, type(), phase(), origin, destination, nowMillis - admittedAt, frozen);
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
