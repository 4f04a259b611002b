package dev.maintainer.operator;

import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorEffect;
import dev.maintainer.api.operator.OperatorEvent;
import dev.maintainer.api.operator.OperatorProtocol;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.state.TransitionTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A protocol whose reactions are a transition table. What is left to each kind of operator is what an event means to it, and
 * what an edge does to its spans.
 *
 * @param <S> the states
 * @param <E> the events, as this kind of operator tells them apart
 * @param <F> what an edge does; shared by all operators of a kind, so it names no node
 */
abstract class TableDrivenProtocol<S extends Enum<S>, E extends Enum<E>, F> implements OperatorProtocol<S> {
    private final OperatorType type;
    private final TransitionTable<S, E, F> table;
    private final E dropped;
    private final @Nullable E cancelled;
    private final List<NodeId> affected;

    /**
     * What one kind of operator reacts to.
     *
     * @param type the intent
     * @param table its reactions
     * @param dropped the drop of the table
     * @param cancelled a person has cancelled it; null if it cannot turn back
     * @param affected the nodes whose death matters
     */
    TableDrivenProtocol(
            OperatorType type, TransitionTable<S, E, F> table, E dropped, @Nullable E cancelled, NodeId... affected) {
        this.type = type;
        this.table = table;
        this.dropped = dropped;
        this.cancelled = cancelled;
        this.affected = List.of(affected);
    }

    /** What to do where an edge says {@code effect}, in order. */
    abstract List<OperatorEffect> effects(F effect);

    /** A node has died; empty if that means nothing. */
    abstract Optional<E> died(NodeId node);

    /** A dispatcher was reported; empty if that means nothing. */
    abstract Optional<E> reported(OperatorEvent.Reported reported);

    @Override
    public final OperatorType type() {
        return type;
    }

    @Override
    public final Step<S> on(S state, OperatorEvent event) {
        Optional<TransitionTable.Edge<S, F>> edge = classify(event).flatMap(known -> table.on(state, known));
        if (edge.isEmpty()) {
            return new Step<>(state, List.of());
        }
        List<OperatorEffect> effects = new ArrayList<>();
        edge.get().effects().forEach(effect -> effects.addAll(effects(effect)));
        return new Step<>(edge.get().next(), effects);
    }

    private Optional<E> classify(OperatorEvent event) {
        if (event instanceof OperatorEvent.TaskRemoved) {
            return Optional.of(dropped);
        }
        if (event instanceof OperatorEvent.Cancelled) {
            return Optional.ofNullable(cancelled);
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
        return table.isTerminal(state);
    }

    @Override
    public boolean capsCheckpoint(S state) {
        return !isFinished(state);
    }

    @Override
    public final SortedSet<NodeId> affectedNodes() {
        return new TreeSet<>(affected);
    }
}
