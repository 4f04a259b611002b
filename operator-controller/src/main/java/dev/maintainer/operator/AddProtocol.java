package dev.maintainer.operator;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorCommand;
import dev.maintainer.api.operator.OperatorEffect;
import dev.maintainer.api.operator.OperatorEvent;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.state.TransitionTable;
import java.util.List;
import java.util.Optional;

/** Places an absent span on a node. */
final class AddProtocol extends TableDrivenProtocol<AddProtocol.State, AddProtocol.Event, OperatorEffect> {

    /** The states of an add. */
    enum State {
        /** The node has been told to create the dispatcher. */
        PLACING,
        /** It was cancelled; the node must be seen to have removed what it may have created. */
        WITHDRAWING,
        /** The dispatcher works. */
        PLACED,
        /** The node died or could not create it. */
        ABSENT,
        /** The table was dropped meanwhile. */
        RELEASED
    }

    /** What can happen to an add. */
    enum Event {
        DEST_WORKING,
        /** May belong to an earlier removal of the same dispatcher; says nothing about this creation. */
        DEST_STOPPED,
        DEST_REMOVED,
        DEST_DIED,
        CANCELLED,
        TASK_REMOVED
    }

    static final TransitionTable<State, Event, OperatorEffect> TABLE =
            TransitionTable.<State, Event, OperatorEffect>over(State.class, Event.class)
                    .startingAt(State.PLACING)
                    .on(State.PLACING, Event.DEST_WORKING, State.PLACED, new OperatorEffect.MarkReplicating())
                    .ignore(State.PLACING, Event.DEST_STOPPED)
                    .on(State.PLACING, Event.DEST_REMOVED, State.ABSENT, new OperatorEffect.MarkAbsent())
                    .on(State.PLACING, Event.DEST_DIED, State.ABSENT, new OperatorEffect.MarkAbsent())
                    .on(State.PLACING, Event.CANCELLED, State.WITHDRAWING)
                    .on(State.PLACING, Event.TASK_REMOVED, State.RELEASED)
                    .on(State.WITHDRAWING, Event.DEST_STOPPED, State.ABSENT, new OperatorEffect.MarkAbsent())
                    .on(State.WITHDRAWING, Event.DEST_REMOVED, State.ABSENT, new OperatorEffect.MarkAbsent())
                    .on(State.WITHDRAWING, Event.DEST_DIED, State.ABSENT, new OperatorEffect.MarkAbsent())
                    .on(State.WITHDRAWING, Event.TASK_REMOVED, State.RELEASED)
                    .ignore(State.WITHDRAWING, Event.DEST_WORKING, Event.CANCELLED)
                    .endingAt(State.PLACED)
                    .endingAt(State.ABSENT)
                    .endingAt(State.RELEASED)
                    .build();

    private final NodeId destination;

    /** A plain add. */
    AddProtocol(NodeId destination) {
        this(destination, OperatorType.ADD);
    }

    /** An add that is a part of another intent. */
    AddProtocol(NodeId destination, OperatorType intent) {
        super(intent, TABLE, Event.TASK_REMOVED, Event.CANCELLED, destination);
        this.destination = destination;
    }

    @Override
    public Step<State> start() {
        return new Step<>(State.PLACING, List.of(new OperatorEffect.Bind(destination)));
    }

    @Override
    List<OperatorEffect> effects(OperatorEffect effect) {
        return List.of(effect);
    }

    @Override
    Optional<Event> died(NodeId node) {
        return node.equals(destination) ? Optional.of(Event.DEST_DIED) : Optional.empty();
    }

    @Override
    Optional<Event> reported(OperatorEvent.Reported reported) {
        if (!reported.from().equals(destination)) {
            return Optional.empty();
        }
        return switch (reported.state()) {
            case WORKING -> Optional.of(Event.DEST_WORKING);
            case STOPPED -> Optional.of(Event.DEST_STOPPED);
            case REMOVED -> Optional.of(Event.DEST_REMOVED);
            case INITIALIZING, PREPARING, MERGE_READY, WAITING_MERGE -> Optional.empty();
        };
    }

    @Override
    public Optional<OperatorCommand> outstanding(State state) {
        return switch (state) {
            case PLACING -> Optional.of(new OperatorCommand.Create(destination));
            case WITHDRAWING -> Optional.of(new OperatorCommand.Remove(destination));
            case PLACED, ABSENT, RELEASED -> Optional.empty();
        };
    }

    @Override
    public Optional<NodeId> heading(State state) {
        return state == State.PLACING ? Optional.of(destination) : Optional.empty();
    }
}
