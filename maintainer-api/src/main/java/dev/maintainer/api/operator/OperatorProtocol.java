package dev.maintainer.api.operator;

import dev.maintainer.api.annotation.Stability;
import dev.maintainer.api.model.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;

/**
 * One kind of operator as a pure protocol. The controller owns the state, the time and the sending; a protocol has no
 * state and may be shared.
 *
 * @param <S> the states of the protocol
 * @since 0.1.0
 */
@Stability(Stability.Level.EVOLVING)
public interface OperatorProtocol<S extends Enum<S>> {

    /**
     * The outcome of an event.
     *
     * @param <S> the states of the protocol
     * @param next the state from now on; equal to the former one if the event has no meaning
     * @param effects what to do, in order
     */
    record Step<S>(S next, List<OperatorEffect> effects) {
        /**
         * Copies the effects.
         *
         * @param next the state from now on; equal to the former one if the event has no meaning
         * @param effects what to do, in order
         */
        public Step {
            effects = List.copyOf(effects);
        }
    }

    /** {@return the intent; constant} */
    OperatorType type();

    /**
     * How the operator starts: its first state, and what to do at admission.
     *
     * @return a step into the first state
     */
    Step<S> start();

    /**
     * Reacts to an event. Never throws; an event without meaning returns the same state and no effects.
     *
     * @param state the current state
     * @param event what has happened
     * @return the next state and what to do; the same state and no effects if the event has no meaning
     */
    Step<S> on(S state, OperatorEvent event);

    /**
     * {@return the command that is outstanding in a state; empty in an end state}
     *
     * @param state any state
     */
    Optional<OperatorCommand> outstanding(S state);

    /**
     * {@return the node on which the dispatcher will run if all goes well from this state on; empty if on none}
     *
     * @param state any state
     */
    Optional<NodeId> heading(S state);

    /**
     * {@return whether a state is an end state}
     *
     * @param state any state
     */
    boolean isFinished(S state);

    /**
     * {@return whether the checkpoint may not pass the span's own while the operator is in this state}
     *
     * @param state any state
     */
    boolean capsCheckpoint(S state);

    /** {@return the nodes whose death matters, in order} */
    SortedSet<NodeId> affectedNodes();
}
