package dev.maintainer.operator;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorCommand;
import dev.maintainer.api.operator.OperatorEffect;
import dev.maintainer.api.operator.OperatorEvent;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.state.TransitionTable;
import java.util.List;
import java.util.Optional;

/**
 * Stops a dispatcher on the node that it was on when the operator was made: the span may be unbound or deleted
 * meanwhile, and the dispatcher must be found all the same.
 */
final class RemoveProtocol
        extends TableDrivenProtocol<RemoveProtocol.State, RemoveProtocol.Event, RemoveProtocol.Effect> {

    /** The states of a removal. */
    enum State {
        /** The node has been told to remove. */
        REMOVING,
        /** The dispatcher will never write again. */
        CONFIRMED,
        /** Replaced by another removal; what was attached to this one does not happen. */
        CANCELLED
    }

    /** What can happen to a removal. */
    enum Event {
        /** Only a terminal state ends a removal: anything else still may write. */
        TERMINAL_REPORTED,
        NODE_DIED,
        TASK_REMOVED
    }

    /** What an edge does. */
    enum Effect {
        /** What has to follow the removal. */
        FOLLOW_UP
    }

    static final TransitionTable<State, Event, Effect> TABLE = TransitionTable.<State, Event, Effect>over(
                    State.class, Event.class)
            .startingAt(State.REMOVING)
            .on(State.REMOVING, Event.TERMINAL_REPORTED, State.CONFIRMED, Effect.FOLLOW_UP)
            .on(State.REMOVING, Event.NODE_DIED, State.CONFIRMED, Effect.FOLLOW_UP)
            .on(State.REMOVING, Event.TASK_REMOVED, State.CANCELLED)
            .endingAt(State.CONFIRMED)
            .endingAt(State.CANCELLED)
            .build();

    private final NodeId node;
    private final List<OperatorEffect> onConfirmed;

    /** A plain removal. */
    RemoveProtocol(NodeId node) {
        this(node, OperatorType.REMOVE, List.of());
    }

    /** The removal that was a part of another intent; {@code onConfirmed} is what has to follow. */
    RemoveProtocol(NodeId node, OperatorType intent, List<OperatorEffect> onConfirmed) {
        super(intent, TABLE, Event.TASK_REMOVED, null, node);
        this.node = node;
        this.onConfirmed = List.copyOf(onConfirmed);
    }

    @Override
    public Step<State> start() {
        return new Step<>(State.REMOVING, List.of());
    }

    @Override
    List<OperatorEffect> effects(Effect effect) {
        return switch (effect) {
            case FOLLOW_UP -> onConfirmed;
        };
    }

    @Override
    Optional<Event> died(NodeId died) {
        return died.equals(node) ? Optional.of(Event.NODE_DIED) : Optional.empty();
    }

    @Override
    Optional<Event> reported(OperatorEvent.Reported reported) {
        return reported.from().equals(node) && reported.state().isTerminal()
                ? Optional.of(Event.TERMINAL_REPORTED)
                : Optional.empty();
    }

    @Override
    public Optional<OperatorCommand> outstanding(State state) {
        return state == State.REMOVING ? Optional.of(new OperatorCommand.Remove(node)) : Optional.empty();
    }

    @Override
    public boolean capsCheckpoint(State state) {
        return false;
    }
}
