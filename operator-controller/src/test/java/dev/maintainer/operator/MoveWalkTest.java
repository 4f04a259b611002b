package dev.maintainer.operator;

import static dev.maintainer.operator.Rig.A;
import static dev.maintainer.operator.Rig.B;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ComponentState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every sequence of up to six events, through the controller. A sequence ends early when the move has ended. */
class MoveWalkTest {
    private static final int LENGTH = 6;

    private enum Happening {
        ORIGIN_STOPPED,
        ORIGIN_REMOVED,
        ORIGIN_WAITING_MERGE,
        ORIGIN_DIES,
        DEST_WORKING,
        DEST_STOPPED,
        DEST_REMOVED,
        DEST_DIES,
        BOTH_DIE,
        TABLE_DROPPED,
        RESEND_IS_DUE
    }

    private final Map<String, Integer> ends = new TreeMap<>();
    private int sequences;

    @Test
    @DisplayName("Invariants 2, 12, 17, 18, 19, 28: no create before the origin has stopped or died, whatever happens")
    void everySequenceKeepsTheRulesOfAMove() {
        walk(List.of());

        assertThat(sequences).isGreaterThan(50_000);
        assertThat(ends.keySet()).containsExactly("absent", "gone", "replicating on b", "under way");
    }

    private void walk(List<Happening> past) {
        if (!replay(past) && past.size() < LENGTH) {
            for (Happening next : Happening.values()) {
                boolean happensOnce = next == Happening.ORIGIN_DIES
                        || next == Happening.DEST_DIES
                        || next == Happening.BOTH_DIE
                        || next == Happening.RESEND_IS_DUE;
                if (!happensOnce || !past.contains(next)) {
                    List<Happening> future = new ArrayList<>(past);
                    future.add(next);
                    walk(future);
                }
            }
        }
    }

    private static void happen(Rig rig, Happening happening) {
        switch (happening) {
            case ORIGIN_STOPPED -> rig.reported(A, 1, ComponentState.STOPPED);
            case ORIGIN_REMOVED -> rig.reported(A, 1, ComponentState.REMOVED);
            case ORIGIN_WAITING_MERGE -> rig.reported(A, 1, ComponentState.WAITING_MERGE);
            case ORIGIN_DIES -> rig.die(A);
            case DEST_WORKING -> rig.reported(B, 1, ComponentState.WORKING);
            case DEST_STOPPED -> rig.reported(B, 1, ComponentState.STOPPED);
            case DEST_REMOVED -> rig.reported(B, 1, ComponentState.REMOVED);
            case DEST_DIES -> rig.die(B);
            case BOTH_DIE -> rig.die(A, B);
            case TABLE_DROPPED -> rig.drop(1);
            case RESEND_IS_DUE -> rig.tickAt(rig.now + Rig.TIMINGS.resendMillis());
        }
    }

    /** Replays a sequence and judges its last step. Returns whether the move has ended. */
    private boolean replay(List<Happening> sequence) {
        sequences++;
        Rig rig = Rig.moving();
        boolean originQuiet = false;
        boolean created = false;
        boolean workedAfterCreate = false;
        String phase = rig.phase(1);
        List<String> output = List.of();
        for (Happening happening : sequence) {
            phase = rig.phase(1);
            happen(rig, happening);
            output = rig.take();
            boolean originReported = happening == Happening.ORIGIN_STOPPED || happening == Happening.ORIGIN_REMOVED;
            originQuiet |= originReported || !rig.alive.contains(A);
            workedAfterCreate |= created && happening == Happening.DEST_WORKING;
            created |= output.contains("#1 MOVE: create on b");
            if (created && !originQuiet) {
                throw new AssertionError("two dispatchers at once after " + sequence);
            }
        }
        String context = sequence + " from " + phase + " put out " + output;
        boolean ended = !rig.phase(1).startsWith("MOVE");
        long finishes =
                output.stream().filter(text -> text.equals("#1 MOVE: finished")).count();
        require(finishes == (ended ? 1 : 0), context);
        String end = ended ? rig.span(1) : "under way";
        ends.merge(end, 1, Integer::sum);
        switch (end) {
            case "under way" -> {
                require(rig.span(1).startsWith("scheduling on "), context);
                commandGoesToTheLiving(rig, context);
            }
            case "replicating on b" -> require(workedAfterCreate && rig.alive.contains(B), context);
            case "absent" -> require(originQuiet && rig.phase(1).equals("none"), context);
            case "gone" -> require(sequence.contains(Happening.TABLE_DROPPED), context);
            default -> throw new AssertionError(end + ": " + context);
        }
        if (ended && !end.equals("gone")) {
            rig.reported(A, 1, ComponentState.STOPPED);
            rig.reported(B, 1, ComponentState.WORKING);
            rig.tickAt(rig.now + 100_000);
            require(rig.take().isEmpty() && rig.span(1).equals(end), "not silent after its end: " + context);
        }
        return ended;
    }

    private static void commandGoesToTheLiving(Rig rig, String context) {
        rig.tickAt(rig.now + Rig.TIMINGS.resendMillis());
        List<String> repeated =
                rig.take().stream().filter(text -> !text.contains("stuck")).toList();
        require(repeated.size() == 1, context);
        String node = repeated.get(0).substring(repeated.get(0).length() - 1);
        require(rig.alive.stream().anyMatch(alive -> alive.value().equals(node)), context);
        require(node.equals("a") == repeated.get(0).contains("remove"), context);
    }

    /** Half a million assertions: cheap ones. */
    private static void require(boolean condition, String context) {
        if (!condition) {
            throw new AssertionError(context);
        }
    }
}
