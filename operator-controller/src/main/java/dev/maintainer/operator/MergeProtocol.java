package dev.maintainer.operator;

import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorCommand;
import dev.maintainer.api.operator.OperatorEffect;
import dev.maintainer.api.operator.OperatorEvent;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.state.TransitionTable;
import java.util.List;
import java.util.Optional;

/**
 * Replaces adjacent spans on one node by one. The node does it by itself, and says how it went by a status of the
 * target: it works, then the sources are gone; it was removed, then the merge was given up and they run on; or it has
 * stopped, then it had replaced them and nobody runs. So it ends whatever the node answers, and until then no span of the
 * target is registered: whoever meets the sources finds them in one operator, which lets go of all of them at once.
 */
final class MergeProtocol extends TableDrivenProtocol<MergeProtocol.State, MergeProtocol.Event, MergeProtocol.Effect> {

    /** The states of a merge. */
    enum State {
        /** The node has been told to merge. */
        MERGING,
        /** It was cancelled: the node has been told to give it up, and says how far it was. */
        WITHDRAWING,
        /** The target works, the sources are gone. */
        MERGED,
        /** The node has given up: the sources run on, as far as they have not ended by themselves. */
        GIVEN_UP,
        /** The node died, or the target has ended when the sources were gone already. */
        ABSENT,
        /** The table was dropped meanwhile; the bindings are left for the removals that follow. */
        RELEASED
    }

    /** What can happen to a merge. */
    enum Event {
        TARGET_WORKING,
        /** It has never run. */
        TARGET_REMOVED,
        /** It has run. */
        TARGET_STOPPED,
        NODE_DIED,
        CANCELLED,
        TASK_REMOVED
    }

    /** What an edge does to the spans. */
    enum Effect {
        UNITE,
        MARK_REPLICATING,
        MARK_ABSENT
    }

    static final TransitionTable<State, Event, Effect> TABLE = TransitionTable.<State, Event, Effect>over(
                    State.class, Event.class)
            .startingAt(State.MERGING)
            .on(State.MERGING, Event.TARGET_WORKING, State.MERGED, Effect.UNITE)
            .on(State.MERGING, Event.TARGET_REMOVED, State.GIVEN_UP, Effect.MARK_REPLICATING)
            .on(State.MERGING, Event.TARGET_STOPPED, State.ABSENT, Effect.MARK_ABSENT)
            .on(State.MERGING, Event.NODE_DIED, State.ABSENT, Effect.MARK_ABSENT)
            .on(State.MERGING, Event.CANCELLED, State.WITHDRAWING)
            .on(State.MERGING, Event.TASK_REMOVED, State.RELEASED)
            .on(State.WITHDRAWING, Event.TARGET_REMOVED, State.GIVEN_UP, Effect.MARK_REPLICATING)
            .on(State.WITHDRAWING, Event.TARGET_STOPPED, State.ABSENT, Effect.MARK_ABSENT)
            .on(State.WITHDRAWING, Event.NODE_DIED, State.ABSENT, Effect.MARK_ABSENT)
            .on(State.WITHDRAWING, Event.TASK_REMOVED, State.RELEASED)
            .ignore(State.WITHDRAWING, Event.TARGET_WORKING, Event.CANCELLED)
            .endingAt(State.MERGED)
            .endingAt(State.GIVEN_UP)
            .endingAt(State.ABSENT)
            .endingAt(State.RELEASED)
            .build();

    private final DispatcherId target;
    private final List<DispatcherId> sources;
    private final NodeId node;

    MergeProtocol(DispatcherId target, List<DispatcherId> sources, NodeId node) {
        super(OperatorType.MERGE, TABLE, Event.TASK_REMOVED, Event.CANCELLED, node);
        this.target = target;
        this.sources = List.copyOf(sources);
        this.node = node;
    }

    @Override
    public Step<State> start() {
        return new Step<>(State.MERGING, List.of(new OperatorEffect.MarkScheduling()));
    }

    @Override
    List<OperatorEffect> effects(Effect effect) {
        return switch (effect) {
            case UNITE -> List.of(new OperatorEffect.Unite(target, sources));
            case MARK_REPLICATING -> List.of(new OperatorEffect.MarkReplicating());
            case MARK_ABSENT -> List.of(new OperatorEffect.MarkAbsent());
        };
    }

    @Override
    Optional<Event> died(NodeId died) {
        return died.equals(node) ? Optional.of(Event.NODE_DIED) : Optional.empty();
    }

    /** What the sources say of themselves means nothing: they wait, end and come back as the node sees fit. */
    @Override
    Optional<Event> reported(OperatorEvent.Reported reported) {
        if (!reported.from().equals(node) || !reported.dispatcher().equals(target)) {
            return Optional.empty();
        }
        return switch (reported.state()) {
            case WORKING -> Optional.of(Event.TARGET_WORKING);
            case REMOVED -> Optional.of(Event.TARGET_REMOVED);
            case STOPPED -> Optional.of(Event.TARGET_STOPPED);
            case INITIALIZING, PREPARING, MERGE_READY, WAITING_MERGE -> Optional.empty();
        };
    }

    @Override
    public Optional<OperatorCommand> outstanding(State state) {
        return switch (state) {
            case MERGING -> Optional.of(new OperatorCommand.Merge(node, sources));
            case WITHDRAWING -> Optional.of(new OperatorCommand.Remove(node));
            case MERGED, GIVEN_UP, ABSENT, RELEASED -> Optional.empty();
        };
    }
}
