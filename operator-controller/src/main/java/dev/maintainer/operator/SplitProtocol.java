package dev.maintainer.operator;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorCommand;
import dev.maintainer.api.operator.OperatorEffect;
import dev.maintainer.api.operator.OperatorEvent;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.SpanPart;
import dev.maintainer.api.state.TransitionTable;
import java.util.List;
import java.util.Optional;

/**
 * Replaces a running span by its parts: stop at the origin, confirmed, and only then, in one step, the parts. They begin
 * where the whole has ended, so nothing is skipped, and never run beside it.
 */
final class SplitProtocol extends TableDrivenProtocol<SplitProtocol.State, SplitProtocol.Event, SplitProtocol.Effect> {

    /** The states of a split. */
    enum State {
        /** The origin has been told to stop. */
        REMOVE_ORIGIN,
        /** It was cancelled; the origin, which was told to stop, must still be seen to. */
        ABORT_REMOVE_ORIGIN,
        /** The parts are there, the whole is not. */
        DIVIDED,
        /** The origin died, or it was cancelled: the whole is placed again as it was. */
        ABSENT,
        /** The table was dropped meanwhile; the binding is left for the removal that follows. */
        RELEASED
    }

    /** What can happen to a split. */
    enum Event {
        /** The origin reported a terminal state; any other state means that it still may write. */
        ORIGIN_STOPPED,
        ORIGIN_DIED,
        CANCELLED,
        TASK_REMOVED
    }

    /** What an edge does to the span. */
    enum Effect {
        DIVIDE,
        MARK_ABSENT
    }

    static final TransitionTable<State, Event, Effect> TABLE = TransitionTable.<State, Event, Effect>over(
                    State.class, Event.class)
            .startingAt(State.REMOVE_ORIGIN)
            .on(State.REMOVE_ORIGIN, Event.ORIGIN_STOPPED, State.DIVIDED, Effect.DIVIDE)
            .on(State.REMOVE_ORIGIN, Event.ORIGIN_DIED, State.ABSENT, Effect.MARK_ABSENT)
            .on(State.REMOVE_ORIGIN, Event.CANCELLED, State.ABORT_REMOVE_ORIGIN)
            .on(State.REMOVE_ORIGIN, Event.TASK_REMOVED, State.RELEASED)
            .on(State.ABORT_REMOVE_ORIGIN, Event.ORIGIN_STOPPED, State.ABSENT, Effect.MARK_ABSENT)
            .on(State.ABORT_REMOVE_ORIGIN, Event.ORIGIN_DIED, State.ABSENT, Effect.MARK_ABSENT)
            .on(State.ABORT_REMOVE_ORIGIN, Event.TASK_REMOVED, State.RELEASED)
            .ignore(State.ABORT_REMOVE_ORIGIN, Event.CANCELLED)
            .endingAt(State.DIVIDED)
            .endingAt(State.ABSENT)
            .endingAt(State.RELEASED)
            .build();

    private final NodeId origin;
    private final List<SpanPart> parts;

    SplitProtocol(NodeId origin, List<SpanPart> parts) {
        super(OperatorType.SPLIT, TABLE, Event.TASK_REMOVED, Event.CANCELLED, origin);
        this.origin = origin;
        this.parts = List.copyOf(parts);
    }

    @Override
    public Step<State> start() {
        return new Step<>(State.REMOVE_ORIGIN, List.of(new OperatorEffect.MarkScheduling()));
    }

    @Override
    List<OperatorEffect> effects(Effect effect) {
        return switch (effect) {
            case DIVIDE -> List.of(new OperatorEffect.Divide(parts));
            case MARK_ABSENT -> List.of(new OperatorEffect.MarkAbsent());
        };
    }

    @Override
    Optional<Event> died(NodeId node) {
        return node.equals(origin) ? Optional.of(Event.ORIGIN_DIED) : Optional.empty();
    }

    @Override
    Optional<Event> reported(OperatorEvent.Reported reported) {
        return reported.from().equals(origin) && reported.state().isTerminal()
                ? Optional.of(Event.ORIGIN_STOPPED)
                : Optional.empty();
    }

    @Override
    public Optional<OperatorCommand> outstanding(State state) {
        return switch (state) {
            case REMOVE_ORIGIN, ABORT_REMOVE_ORIGIN -> Optional.of(new OperatorCommand.Remove(origin));
            case DIVIDED, ABSENT, RELEASED -> Optional.empty();
        };
    }
}
