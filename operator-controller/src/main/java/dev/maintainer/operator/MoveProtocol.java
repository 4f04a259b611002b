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
 * Relocates a running span: stop at the origin, confirmed, and only then create at the destination. Two dispatchers of
 * one span never run at once.
 */
final class MoveProtocol extends TableDrivenProtocol<MoveProtocol.State, MoveProtocol.Event, MoveProtocol.Effect> {

    /** The states of a move. */
    enum State {
        /** The origin has been told to stop. */
        REMOVE_ORIGIN,
        /** The origin has stopped or is dead; the destination has been told to create. */
        ADD_DESTINATION,
        /** The destination died first, or the move was cancelled; the origin must still be seen to stop. */
        ABORT_REMOVE_ORIGIN,
        /** It was cancelled; the destination must be seen to have removed what it may have created. */
        WITHDRAW_DESTINATION,
        /** The dispatcher works at the destination. */
        PLACED,
        /** Nobody runs the span. */
        ABSENT,
        /** The table was dropped meanwhile; the binding is left for the removal that follows. */
        RELEASED
    }

    /** What can happen to a move. */
    enum Event {
        /** The origin reported a terminal state; any other state means that it still may write. */
        ORIGIN_STOPPED,
        ORIGIN_DIED,
        DEST_WORKING,
        /** Only once it was told to remove: what it says before may be about what ran there long ago. */
        DEST_STOPPED,
        DEST_REMOVED,
        DEST_DIED,
        CANCELLED,
        TASK_REMOVED
    }

    private final NodeId origin;
    private final NodeId destination;

    /** What an edge does to the span; shared by all moves, so it names no node. */
    enum Effect {
        BIND_TO_DESTINATION,
        MARK_REPLICATING,
        MARK_ABSENT
    }

    static final TransitionTable<State, Event, Effect> TABLE = TransitionTable.<State, Event, Effect>over(
                    State.class, Event.class)
            .startingAt(State.REMOVE_ORIGIN)
            .on(State.REMOVE_ORIGIN, Event.ORIGIN_STOPPED, State.ADD_DESTINATION, Effect.BIND_TO_DESTINATION)
            .on(State.REMOVE_ORIGIN, Event.ORIGIN_DIED, State.ADD_DESTINATION, Effect.BIND_TO_DESTINATION)
            .on(State.REMOVE_ORIGIN, Event.DEST_DIED, State.ABORT_REMOVE_ORIGIN)
            .on(State.REMOVE_ORIGIN, Event.TASK_REMOVED, State.RELEASED)
            .on(State.REMOVE_ORIGIN, Event.CANCELLED, State.ABORT_REMOVE_ORIGIN)
            .ignore(State.REMOVE_ORIGIN, Event.DEST_WORKING, Event.DEST_STOPPED, Event.DEST_REMOVED)
            .on(State.ABORT_REMOVE_ORIGIN, Event.ORIGIN_STOPPED, State.ABSENT, Effect.MARK_ABSENT)
            .on(State.ABORT_REMOVE_ORIGIN, Event.ORIGIN_DIED, State.ABSENT, Effect.MARK_ABSENT)
            .on(State.ABORT_REMOVE_ORIGIN, Event.TASK_REMOVED, State.RELEASED)
            .ignore(State.ABORT_REMOVE_ORIGIN, Event.DEST_DIED, Event.DEST_WORKING, Event.DEST_STOPPED)
            .ignore(State.ABORT_REMOVE_ORIGIN, Event.DEST_REMOVED, Event.CANCELLED)
            .on(State.ADD_DESTINATION, Event.DEST_WORKING, State.PLACED, Effect.MARK_REPLICATING)
            .on(State.ADD_DESTINATION, Event.DEST_REMOVED, State.ABSENT, Effect.MARK_ABSENT)
            .on(State.ADD_DESTINATION, Event.DEST_DIED, State.ABSENT, Effect.MARK_ABSENT)
            .on(State.ADD_DESTINATION, Event.TASK_REMOVED, State.RELEASED)
            .on(State.ADD_DESTINATION, Event.CANCELLED, State.WITHDRAW_DESTINATION)
            .ignore(State.ADD_DESTINATION, Event.ORIGIN_STOPPED, Event.ORIGIN_DIED, Event.DEST_STOPPED)
            .on(State.WITHDRAW_DESTINATION, Event.DEST_STOPPED, State.ABSENT, Effect.MARK_ABSENT)
            .on(State.WITHDRAW_DESTINATION, Event.DEST_REMOVED, State.ABSENT, Effect.MARK_ABSENT)
            .on(State.WITHDRAW_DESTINATION, Event.DEST_DIED, State.ABSENT, Effect.MARK_ABSENT)
            .on(State.WITHDRAW_DESTINATION, Event.TASK_REMOVED, State.RELEASED)
            .ignore(State.WITHDRAW_DESTINATION, Event.ORIGIN_STOPPED, Event.ORIGIN_DIED)
            .ignore(State.WITHDRAW_DESTINATION, Event.DEST_WORKING, Event.CANCELLED)
            .endingAt(State.PLACED)
            .endingAt(State.ABSENT)
            .endingAt(State.RELEASED)
            .build();

    MoveProtocol(NodeId origin, NodeId destination) {
        super(OperatorType.MOVE, TABLE, Event.TASK_REMOVED, Event.CANCELLED, origin, destination);
        this.origin = origin;
        this.destination = destination;
    }

    @Override
    public Step<State> start() {
        return new Step<>(State.REMOVE_ORIGIN, List.of(new OperatorEffect.MarkScheduling()));
    }

    @Override
    List<OperatorEffect> effects(Effect effect) {
        return switch (effect) {
            case BIND_TO_DESTINATION -> List.of(new OperatorEffect.Bind(destination));
            case MARK_REPLICATING -> List.of(new OperatorEffect.MarkReplicating());
            case MARK_ABSENT -> List.of(new OperatorEffect.MarkAbsent());
        };
    }

    @Override
    Optional<Event> died(NodeId node) {
        if (node.equals(origin)) {
            return Optional.of(Event.ORIGIN_DIED);
        }
        return node.equals(destination) ? Optional.of(Event.DEST_DIED) : Optional.empty();
    }

    @Override
    Optional<Event> reported(OperatorEvent.Reported reported) {
        if (reported.from().equals(origin)) {
            return reported.state().isTerminal() ? Optional.of(Event.ORIGIN_STOPPED) : Optional.empty();
        }
        if (!reported.from().equals(destination)) {
            return Optional.empty();
        }
        return switch (reported.state()) {
            case WORKING -> Optional.of(Event.DEST_WORKING);
            case REMOVED -> Optional.of(Event.DEST_REMOVED);
            case STOPPED -> Optional.of(Event.DEST_STOPPED);
            case INITIALIZING, PREPARING, MERGE_READY, WAITING_MERGE -> Optional.empty();
        };
    }

    @Override
    public Optional<OperatorCommand> outstanding(State state) {
        return switch (state) {
            case REMOVE_ORIGIN, ABORT_REMOVE_ORIGIN -> Optional.of(new OperatorCommand.Remove(origin));
            case ADD_DESTINATION -> Optional.of(new OperatorCommand.Create(destination));
            case WITHDRAW_DESTINATION -> Optional.of(new OperatorCommand.Remove(destination));
            case PLACED, ABSENT, RELEASED -> Optional.empty();
        };
    }

    @Override
    public Optional<NodeId> heading(State state) {
        return switch (state) {
            case REMOVE_ORIGIN, ADD_DESTINATION -> Optional.of(destination);
            case ABORT_REMOVE_ORIGIN, WITHDRAW_DESTINATION, PLACED, ABSENT, RELEASED -> Optional.empty();
        };
    }
}
