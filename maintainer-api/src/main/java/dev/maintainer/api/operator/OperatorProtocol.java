package dev.maintainer.api.operator;

import dev.maintainer.api.model.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * One kind of operator as a pure protocol. The controller owns the state, the time and the sending; the protocol owns
 * nothing and may be shared.
 *
 * @param <S> the states of the protocol
 */
public interface OperatorProtocol<S extends Enum<S>> {

    /**
     * The outcome of an event.
     *
     * @param next the state from now on; equal to the former one if the event means nothing
     * @param effects what to do, in order
     */
    record Step<S>(S next, List<OperatorEffect> effects) {
        /** Copies the effects. */
        public Step {
            effects = List.copyOf(effects);
        }
    }

    /** The intent. */
    OperatorType type();

    /** How the operator begins: its first state, and what to do at admission. */
    Step<S> start();

    /** Reacts to an event. Never throws; an event that means nothing returns the same state and no effects. */
    Step<S> on(S state, OperatorEvent event);

    /** The command that is outstanding in a state; empty in an end state. */
    Optional<OperatorCommand> outstanding(S state);

    /** The node on which the dispatcher will run if all goes well from this state on; empty if on none. */
    Optional<NodeId> heading(S state);

    /** Whether a state is an end state. */
    boolean isFinished(S state);

    /** Whether the checkpoint may not pass the span's own while the operator is in this state. */
    boolean capsCheckpoint(S state);

    /** The nodes whose death matters, in order. */
    SortedSet<NodeId> affectedNodes();
}
