package dev.maintainer.operator;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorEffect;
import dev.maintainer.api.operator.OperatorEvent;
import dev.maintainer.api.operator.OperatorProtocol;
import dev.maintainer.api.state.TransitionTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A protocol whose reactions are a transition table. What is left to each kind of operator is what an event means to it, and
 * what an edge does to its spans.
 *
 * @param <S> the states
 * @param <E> the events, as this kind of operator tells them apart
 * @param <F> what an edge does; shared by all operators of a kind, so it names no node
 */
abstract class TableDrivenProtocol<S extends Enum<S>, E extends Enum<E>, F> implements OperatorProtocol<S> {
    abstract TransitionTable<S, E, F> table();

    /** What to do where an edge says {@code effect}, in order. */
    abstract List<OperatorEffect> effects(F effect);

    /** The drop of the table. */
    abstract E dropped();

    /** A person has cancelled it; empty if it cannot turn back. */
    abstract Optional<E> cancelled();

    /** A node has died; empty if that means nothing. */
    abstract Optional<E> died(NodeId node);

    /** A dispatcher was reported; empty if that means nothing. */
    abstract Optional<E> reported(OperatorEvent.Reported reported);

    @Override
    public final Step<S> on(S state, OperatorEvent event) {
        Optional<TransitionTable.Edge<S, F>> edge = classify(event).flatMap(known -> table().on(state, known));
        if (edge.isEmpty()) {
            return new Step<>(state, List.of());
        }
        List<OperatorEffect> effects = new ArrayList<>();
        edge.get().effects().forEach(effect -> effects.addAll(effects(effect)));
        return new Step<>(edge.get().next(), effects);
    }

    private Optional<E> classify(OperatorEvent event) {
        if (event instanceof OperatorEvent.TaskRemoved) {
            return Optional.of(dropped());
        }
        if (event instanceof OperatorEvent.Cancelled) {
            return cancelled();
        }
        if (event instanceof OperatorEvent.NodeDied death) {
            return died(death.node());
        }
        if (event instanceof OperatorEvent.Reported report) {
            return reported(report);
        }
        throw new IllegalStateException("unknown event " + event);
    }

    @Override
    public Optional<NodeId> heading(S state) {
        return Optional.empty();
    }

    @Override
    public final boolean isFinished(S state) {
        return table().isTerminal(state);
    }

    @Override
    public boolean capsCheckpoint(S state) {
        return !isFinished(state);
    }
}
