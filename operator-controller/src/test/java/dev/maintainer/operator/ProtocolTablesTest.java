package dev.maintainer.operator;

import static dev.maintainer.operator.Rig.A;
import static dev.maintainer.operator.Rig.B;
import static dev.maintainer.operator.Rig.C;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.model.NodeId;
import dev.maintainer.api.operator.OperatorEvent;
import dev.maintainer.api.operator.OperatorProtocol;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.state.TransitionTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The protocols as tables: every edge is walked, and every operator ends as its table says. */
class ProtocolTablesTest {

    private static List<OperatorEvent> everything() {
        List<OperatorEvent> all = new ArrayList<>();
        for (NodeId node : List.of(A, B, C)) {
            all.add(new OperatorEvent.NodeDied(node));
            for (ComponentState state : ComponentState.values()) {
                all.add(new OperatorEvent.Reported(node, new DispatcherId(1, 1), state));
            }
        }
        all.add(new OperatorEvent.Cancelled());
        all.add(new OperatorEvent.TaskRemoved());
        return all;
    }

    /** From the start, with every event in every state: which (from, to) pairs occur. */
    private static <S extends Enum<S>> Set<String> walked(OperatorProtocol<S> protocol, Set<S> seen) {
        Set<String> steps = new TreeSet<>();
        Deque<S> open = new ArrayDeque<>(List.of(protocol.start().next()));
        while (!open.isEmpty()) {
            S state = open.removeFirst();
            if (!seen.add(state)) {
                continue;
            }
            for (OperatorEvent event : everything()) {
                OperatorProtocol.Step<S> step = protocol.on(state, event);
                if (step.next() == state) {
                    assertThat(step.effects()).as("%s in %s", event, state).isEmpty();
                } else {
                    steps.add(state + " -> " + step.next());
                    open.add(step.next());
                }
            }
        }
        return steps;
    }

    private static <S extends Enum<S>, E extends Enum<E>, F> void everyEdgeIsWalked(
            OperatorProtocol<S> protocol, Class<S> states, TransitionTable<S, E, F> table) {
        Set<String> edges = new TreeSet<>();
        for (S state : EnumSet.allOf(states)) {
            for (E event : table.events()) {
                table.on(state, event).ifPresent(edge -> edges.add(state + " -> " + edge.next()));
            }
        }
        Set<S> seen = EnumSet.noneOf(states);

        assertThat(walked(protocol, seen)).isEqualTo(edges);
        assertThat(seen).isEqualTo(EnumSet.allOf(states));
        for (S state : seen) {
            assertThat(protocol.isFinished(state)).isEqualTo(table.isTerminal(state));
            assertThat(protocol.outstanding(state).isEmpty())
                    .as("nothing is outstanding in %s", state)
                    .isEqualTo(table.isTerminal(state));
            protocol.outstanding(state)
                    .ifPresent(command -> assertThat(protocol.affectedNodes()).contains(command.node()));
        }
    }

    @Test
    void everyEdgeOfAnAddIsWalked() {
        everyEdgeIsWalked(new AddProtocol(B), AddProtocol.State.class, AddProtocol.TABLE);
    }

    @Test
    void everyEdgeOfAMoveIsWalked() {
        everyEdgeIsWalked(new MoveProtocol(A, B), MoveProtocol.State.class, MoveProtocol.TABLE);
    }

    @Test
    void everyEdgeOfARemovalIsWalked() {
        everyEdgeIsWalked(new RemoveProtocol(A), RemoveProtocol.State.class, RemoveProtocol.TABLE);
    }

    @Test
    void everyEdgeOfASplitIsWalked() {
        everyEdgeIsWalked(new SplitProtocol(A, List.of()), SplitProtocol.State.class, SplitProtocol.TABLE);
    }

    @Test
    void everyEdgeOfAMergeIsWalked() {
        DispatcherId target = new DispatcherId(1, 1);
        everyEdgeIsWalked(
                new MergeProtocol(target, List.of(Rig.id(2), Rig.id(3)), A),
                MergeProtocol.State.class,
                MergeProtocol.TABLE);
    }

    @Test
    void addsAndMovesCapTheCheckpointUntilTheyEndAndRemovalsDoNot() {
        for (AddProtocol.State state : AddProtocol.State.values()) {
            assertThat(new AddProtocol(B).capsCheckpoint(state)).isEqualTo(!AddProtocol.TABLE.isTerminal(state));
        }
        for (MoveProtocol.State state : MoveProtocol.State.values()) {
            assertThat(new MoveProtocol(A, B).capsCheckpoint(state)).isEqualTo(!MoveProtocol.TABLE.isTerminal(state));
        }
        for (RemoveProtocol.State state : RemoveProtocol.State.values()) {
            assertThat(new RemoveProtocol(A).capsCheckpoint(state)).isFalse();
        }
    }

    /** Who of those that live answers, does what it was told: A stops, B works. */
    private static void honestAnswers(Rig rig) {
        for (int i = 0; i < 3; i++) {
            if (rig.alive.contains(A)) {
                rig.reported(A, 1, ComponentState.STOPPED);
            }
            if (rig.alive.contains(B)) {
                rig.reported(B, 1, ComponentState.WORKING);
            }
        }
    }

    private static void die(Rig rig, String dead) {
        switch (dead) {
            case "origin" -> rig.die(A);
            case "destination" -> rig.die(B);
            case "both" -> rig.die(A, B);
            case "origin first" -> {
                rig.die(A);
                rig.die(B);
            }
            case "destination first" -> {
                rig.die(B);
                rig.die(A);
            }
            case "neither" -> {}
            default -> throw new IllegalArgumentException(dead);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "REMOVE_ORIGIN,       neither,           replicating on b",
        "REMOVE_ORIGIN,       origin,            replicating on b",
        "REMOVE_ORIGIN,       destination,       absent",
        "REMOVE_ORIGIN,       both,              absent",
        "REMOVE_ORIGIN,       origin first,      absent",
        "REMOVE_ORIGIN,       destination first, absent",
        "ADD_DESTINATION,     neither,           replicating on b",
        "ADD_DESTINATION,     origin,            replicating on b",
        "ADD_DESTINATION,     destination,       absent",
        "ADD_DESTINATION,     both,              absent",
        "ADD_DESTINATION,     origin first,      absent",
        "ADD_DESTINATION,     destination first, absent",
        "ABORT_REMOVE_ORIGIN, neither,           absent",
        "ABORT_REMOVE_ORIGIN, origin,            absent",
    })
    void aMoveEndsAsItsTableSays(String state, String dead, String end) {
        Rig rig = Rig.moving();
        if (state.equals("ADD_DESTINATION")) {
            rig.reported(A, 1, ComponentState.STOPPED);
        } else if (state.equals("ABORT_REMOVE_ORIGIN")) {
            rig.die(B);
        }
        assertThat(rig.phase(1)).isEqualTo("MOVE " + state);

        die(rig, dead);
        honestAnswers(rig);

        assertThat(rig.span(1)).isEqualTo(end);
        assertThat(rig.phase(1)).isEqualTo("none");
        assertThat(rig.take()).filteredOn(text -> text.endsWith("finished")).containsExactly("#1 MOVE: finished");
    }

    @ParameterizedTest
    @CsvSource({
        "REMOVE_ORIGIN,       a",
        "ADD_DESTINATION,     b",
        "ABORT_REMOVE_ORIGIN, a",
    })
    void aMoveOfADroppedTableIsGoneAndTheRemovalGoesToWhereTheDispatcherIs(String state, String node) {
        Rig rig = Rig.moving();
        if (state.equals("ADD_DESTINATION")) {
            rig.reported(A, 1, ComponentState.STOPPED);
        } else if (state.equals("ABORT_REMOVE_ORIGIN")) {
            rig.die(B);
        }
        rig.take();

        rig.drop(1);

        assertThat(rig.span(1)).isEqualTo("gone");
        assertThat(rig.take()).containsExactly("#1 MOVE: finished", "#1 REMOVE: remove on " + node);
    }

    @ParameterizedTest
    @CsvSource({
        "neither,     replicating on b",
        "origin,      replicating on b",
        "destination, absent",
        "both,        absent",
    })
    void anAddEndsAsItsTableSays(String dead, String end) {
        Rig rig = Rig.adding();

        die(rig, dead);
        honestAnswers(rig);

        assertThat(rig.span(1)).isEqualTo(end);
        assertThat(rig.phase(1)).isEqualTo("none");
        assertThat(rig.take()).containsExactly("#1 ADD: finished");
    }

    @ParameterizedTest
    @CsvSource({"neither", "origin", "destination", "both"})
    void aRestoredRemovalEndsAbsentWhoeverDies(String dead) {
        Rig rig = new Rig();
        rig.spans.addAbsent(Rig.id(1), 100);
        rig.controller.restoreRemoval(Rig.id(1), A, OperatorType.MOVE, rig.now);

        die(rig, dead);
        honestAnswers(rig);

        assertThat(rig.span(1)).isEqualTo("absent");
        assertThat(rig.phase(1)).isEqualTo("none");
    }
}
