package dev.maintainer.operator;

import static dev.maintainer.operator.Rig.A;
import static dev.maintainer.operator.Rig.B;
import static dev.maintainer.operator.Rig.C;
import static dev.maintainer.operator.Rig.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.lifecycle.QuiesceAllowlist;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherId;
import dev.maintainer.api.operator.Admission;
import dev.maintainer.api.operator.OperatorType;
import dev.maintainer.api.operator.RefusalReason;
import dev.maintainer.api.operator.SpanPart;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** One span becomes several, several become one, and whatever goes wrong meanwhile ends in one step. */
class SplitAndMergeTest {
    private static final Admission PRECONDITION_FAILED = Admission.refused(RefusalReason.PRECONDITION_FAILED);
    private static final Admission DUPLICATE = Admission.refused(RefusalReason.DUPLICATE);

    @Test
    @DisplayName("A free split: the parts replace the whole when it has stopped, and wait for the scheduler")
    void freeSplit() {
        Rig rig = new Rig();
        rig.spans.addParts(A, 100, List.of(id(1)));

        assertThat(rig.controller.split(id(1), A, Rig.parts(), rig.now).isAdmitted())
                .isTrue();
        assertThat(rig.take()).containsExactly("#1 SPLIT: remove on a");
        assertThat(rig.span(1)).isEqualTo("scheduling on a");
        rig.reported(A, 1, ComponentState.STOPPED);

        assertThat(rig.span(1)).isEqualTo("gone");
        for (long part : new long[] {2, 3, 4}) {
            assertThat(rig.span(part)).isEqualTo("absent");
            assertThat(rig.spans.of(id(part)).checkpointTs()).isEqualTo(100);
        }
        assertThat(rig.take()).containsExactly("#1 SPLIT: finished");
        assertThat(rig.controller.audit()).isEmpty();
    }

    @Test
    @DisplayName("A placed split: each part goes to its own target, the others wait for the scheduler (#4077)")
    void placedSplit() {
        Rig rig = Rig.splitting(B, null, C);

        rig.reported(A, 1, ComponentState.STOPPED);

        assertThat(rig.take()).containsExactly("#2 SPLIT: create on b", "#4 SPLIT: create on c", "#1 SPLIT: finished");
        assertThat(rig.span(2)).isEqualTo("scheduling on b");
        assertThat(rig.span(3)).isEqualTo("absent");
        assertThat(rig.span(4)).isEqualTo("scheduling on c");
        rig.reported(B, 2, ComponentState.WORKING);
        assertThat(rig.span(2)).isEqualTo("replicating on b");
        assertThat(rig.controller.audit()).isEmpty();
    }

    @Test
    @DisplayName("A part whose target has died meanwhile waits for the scheduler")
    void targetDiedBeforeTheSplitWasDone() {
        Rig rig = Rig.splitting(B, C, A);
        rig.die(B);

        rig.reported(A, 1, ComponentState.STOPPED);

        assertThat(rig.span(2)).isEqualTo("absent");
        assertThat(rig.span(3)).isEqualTo("scheduling on c");
        assertThat(rig.span(4)).isEqualTo("scheduling on a");
    }

    @Test
    @DisplayName(
            "A part whose target is being emptied meanwhile waits for the scheduler: the target may be called empty")
    void targetDrainedBeforeTheSplitWasDone() {
        Rig rig = Rig.splitting(B, C, A);
        rig.take();
        rig.drained.add(B);

        rig.reported(A, 1, ComponentState.STOPPED);

        assertThat(rig.take()).containsExactly("#3 SPLIT: create on c", "#4 SPLIT: create on a", "#1 SPLIT: finished");
        assertThat(rig.span(2)).isEqualTo("absent");
    }

    @ParameterizedTest
    @EnumSource(
            value = ComponentState.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"STOPPED", "REMOVED"})
    @DisplayName("Hazard S3: only a terminal state of the origin divides a span")
    void onlyTerminalStatesDivide(ComponentState state) {
        Rig rig = Rig.splitting();

        rig.reported(A, 1, state);
        rig.reported(B, 1, ComponentState.STOPPED);

        assertThat(rig.phase(1)).isEqualTo("SPLIT REMOVE_ORIGIN");
        assertThat(rig.span(2)).isEqualTo("gone");
    }

    @Test
    @DisplayName("The origin of a split dies: the whole waits for placement, no part exists")
    void originOfASplitDies() {
        Rig rig = Rig.splitting(B, B, B);

        rig.die(A);
        rig.reported(A, 1, ComponentState.STOPPED);

        assertThat(rig.span(1)).isEqualTo("absent");
        assertThat(rig.span(2)).isEqualTo("gone");
        assertThat(rig.phase(1)).isEqualTo("none");
    }

    @Test
    @DisplayName("Hazard S4, #3220: a table that is dropped while it is split leaves nothing behind")
    void dropWhileSplitting() {
        Rig rig = Rig.splitting(B, B, B);

        rig.drop(1);
        rig.reported(A, 1, ComponentState.STOPPED);

        assertThat(rig.take()).containsExactly("#1 SPLIT: finished", "#1 REMOVE: remove on a", "#1 REMOVE: finished");
        for (long any : new long[] {1, 2, 3, 4}) {
            assertThat(rig.span(any)).isEqualTo("gone");
            assertThat(rig.phase(any)).isEqualTo("none");
        }
    }

    @Test
    @DisplayName("A split whose parts are not the whole, or have ids that are in use, is refused")
    void splitPreconditions() {
        Rig rig = new Rig();
        rig.spans.addParts(A, 100, List.of(id(1)));
        List<SpanPart> parts = Rig.parts();
        SpanPart first = parts.get(0);
        SpanPart second = parts.get(1);
        SpanPart third = parts.get(2);
        rig.spans.addReplicating(id(50), B, 1);

        assertThat(rig.controller.split(id(1), A, List.of(first, second), rig.now))
                .isEqualTo(PRECONDITION_FAILED);
        assertThat(rig.controller.split(id(1), A, List.of(first, third), rig.now))
                .isEqualTo(PRECONDITION_FAILED);
        assertThat(rig.controller.split(id(1), A, List.of(), rig.now)).isEqualTo(PRECONDITION_FAILED);
        SpanPart twice = new SpanPart(first.dispatcher(), third.span(), null);
        assertThat(rig.controller.split(id(1), A, List.of(first, second, twice), rig.now))
                .isEqualTo(PRECONDITION_FAILED);
        SpanPart taken = new SpanPart(id(50), third.span(), null);
        assertThat(rig.controller.split(id(1), A, List.of(first, second, taken), rig.now))
                .isEqualTo(PRECONDITION_FAILED);
        assertThat(rig.controller.split(id(1), B, parts, rig.now)).isEqualTo(PRECONDITION_FAILED);
        assertThat(rig.controller.split(id(8), A, parts, rig.now)).isEqualTo(Admission.refused(RefusalReason.GONE));
        assertThat(rig.take()).isEmpty();
        assertThat(rig.span(1)).isEqualTo("replicating on a");
    }

    @Test
    @DisplayName("A merge: the sources are the node's business until the target works, then they are gone in one step")
    void merge() {
        Rig rig = Rig.divided();

        assertThat(rig.controller
                        .merge(id(9), List.of(id(1), id(2), id(3)), A, rig.now)
                        .isAdmitted())
                .isTrue();
        assertThat(rig.take()).containsExactly("#9 MERGE: merge [1, 2, 3] on a");
        assertThat(rig.span(9)).isEqualTo("gone");
        assertThat(rig.controller.checkpointFloor(1_000)).isEqualTo(100);
        rig.reported(A, 1, ComponentState.WAITING_MERGE);
        rig.reported(A, 9, ComponentState.PREPARING);
        rig.reported(A, 9, ComponentState.INITIALIZING);
        rig.reported(A, 1, ComponentState.STOPPED);
        assertThat(rig.span(1)).isEqualTo("scheduling on a");
        rig.reported(A, 9, ComponentState.WORKING);

        assertThat(rig.span(9)).isEqualTo("replicating on a");
        assertThat(rig.spans.of(id(9)).checkpointTs()).isEqualTo(100);
        assertThat(rig.spans.span(id(9))).isEqualTo(FakeSpans.rangesOf().get(0));
        for (long source : new long[] {1, 2, 3}) {
            assertThat(rig.span(source)).isEqualTo("gone");
            assertThat(rig.controller.isInFlight(id(source))).isFalse();
        }
        assertThat(rig.take()).containsExactly("#9 MERGE: finished");
        assertThat(rig.controller.audit()).isEmpty();
    }

    @Test
    @DisplayName("Hazard G1: the node gives the merge up, and the sources run on")
    void theNodeGivesUp() {
        Rig rig = Rig.merging();

        rig.reported(A, 9, ComponentState.REMOVED);

        assertThat(rig.phase(9)).isEqualTo("none");
        assertThat(rig.span(9)).isEqualTo("gone");
        for (long source : new long[] {1, 2, 3}) {
            assertThat(rig.span(source)).isEqualTo("replicating on a");
        }
        assertThat(rig.controller.move(id(2), A, B, rig.now).isAdmitted()).isTrue();
    }

    @Test
    @DisplayName("Hazard G1: a source that has ended when the merge is given up is placed again")
    void theNodeGivesUpBecauseASourceEnded() {
        Rig rig = Rig.merging();
        rig.spans.end(id(2));

        rig.reported(A, 9, ComponentState.REMOVED);

        assertThat(rig.span(1)).isEqualTo("replicating on a");
        assertThat(rig.span(2)).isEqualTo("absent");
        assertThat(rig.span(3)).isEqualTo("replicating on a");
    }

    @Test
    @DisplayName("Hazard G1: a target that has replaced its sources and ended leaves nobody who runs")
    void theTargetEndsAfterTheCommitPoint() {
        Rig rig = Rig.merging();

        rig.reported(A, 9, ComponentState.STOPPED);

        assertThat(rig.phase(9)).isEqualTo("none");
        for (long source : new long[] {1, 2, 3}) {
            assertThat(rig.span(source)).isEqualTo("absent");
        }
    }

    @Test
    @DisplayName("Hazard G2: the node dies, and all sources are absent and free in one step")
    void theNodeDies() {
        Rig rig = Rig.merging();

        rig.die(A);

        assertThat(rig.phase(9)).isEqualTo("none");
        for (long source : new long[] {1, 2, 3}) {
            assertThat(rig.span(source)).isEqualTo("absent");
            assertThat(rig.controller.add(id(source), B, rig.now).isAdmitted()).isTrue();
        }
        rig.reported(A, 9, ComponentState.WORKING);
        assertThat(rig.span(9)).isEqualTo("gone");
        assertThat(rig.span(1)).isEqualTo("scheduling on b");
    }

    @Test
    @DisplayName("Hazard G3: sources must be different, adjacent, in order, on one living node, and all running")
    void mergePreconditions() {
        Rig rig = Rig.divided();
        rig.spans.addParts(B, 100, List.of(id(11)));
        rig.spans.addAbsent(id(12), 100);

        assertThat(merge(rig, 1)).isEqualTo(PRECONDITION_FAILED);
        assertThat(merge(rig)).isEqualTo(PRECONDITION_FAILED);
        assertThat(merge(rig, 1, 1)).isEqualTo(PRECONDITION_FAILED);
        assertThat(merge(rig, 2, 1)).isEqualTo(PRECONDITION_FAILED);
        assertThat(merge(rig, 1, 3)).isEqualTo(PRECONDITION_FAILED);
        assertThat(merge(rig, 1, 11)).isEqualTo(PRECONDITION_FAILED);
        assertThat(merge(rig, 1, 12)).isEqualTo(PRECONDITION_FAILED);
        assertThat(merge(rig, 1, 77)).isEqualTo(Admission.refused(RefusalReason.GONE));
        assertThat(rig.controller.merge(id(3), List.of(id(1), id(2)), A, rig.now))
                .isEqualTo(PRECONDITION_FAILED);
        rig.alive.remove(A);
        assertThat(merge(rig, 1, 2)).isEqualTo(Admission.refused(RefusalReason.NODE_DEAD));
        assertThat(rig.take()).isEmpty();
        assertThat(rig.span(1)).isEqualTo("replicating on a");
    }

    private static Admission merge(Rig rig, long... sources) {
        List<DispatcherId> ids =
                java.util.Arrays.stream(sources).mapToObj(Rig::id).toList();
        return rig.controller.merge(id(9), ids, A, rig.now);
    }

    @Test
    @DisplayName("#4542: while a merge has them, nobody else gets its sources or its target")
    void sourcesBelongToTheMerge() {
        Rig rig = Rig.merging();

        for (long any : new long[] {1, 2, 3}) {
            assertThat(rig.controller.move(id(any), A, B, rig.now)).isEqualTo(DUPLICATE);
            assertThat(rig.controller.removeStray(id(any), A, rig.now)).isEqualTo(DUPLICATE);
            assertThat(rig.controller.isInFlight(id(any))).isTrue();
        }
        assertThat(rig.controller.removeStray(id(9), A, rig.now)).isEqualTo(DUPLICATE);
        assertThat(merge(rig, 1, 2)).isEqualTo(DUPLICATE);
        assertThat(rig.controller.merge(id(10), List.of(id(2), id(3)), A, rig.now))
                .isEqualTo(DUPLICATE);
        assertThat(rig.controller.size()).isEqualTo(1);
    }

    @Test
    @DisplayName("A table that is dropped while it is merged: its sources and then the target are removed")
    void dropWhileMerging() {
        Rig rig = Rig.merging();

        rig.drop(3, 1, 2);

        assertThat(rig.take())
                .containsExactly(
                        "#9 MERGE: finished",
                        "#3 REMOVE: remove on a",
                        "#1 REMOVE: remove on a",
                        "#2 REMOVE: remove on a",
                        "#9 REMOVE: remove on a");
        rig.reported(A, 9, ComponentState.WORKING);
        assertThat(rig.span(9)).isEqualTo("gone");
        for (long any : new long[] {1, 2, 3, 9}) {
            rig.reported(A, any, ComponentState.STOPPED);
            assertThat(rig.phase(any)).isEqualTo("none");
        }
    }

    @ParameterizedTest
    @CsvSource({"WORKING", "STOPPED"})
    @DisplayName("A frozen merge hears nothing, holds the checkpoint, and is in the manifest with the range it was for")
    void frozenMerge(ComponentState state) {
        Rig rig = Rig.merging();

        FrozenOperator frozen =
                rig.quiesce(QuiesceAllowlist.closing(id(99))).frozen().get(0);
        rig.reported(A, 9, state);
        rig.die(A);

        assertThat(frozen.type()).isEqualTo(OperatorType.MERGE);
        assertThat(frozen.span()).isEqualTo(FakeSpans.rangesOf().get(0));
        assertThat(frozen.checkpointTs()).isEqualTo(100);
        assertThat(rig.phase(9)).isEqualTo("MERGE MERGING");
        assertThat(rig.span(1)).isEqualTo("scheduling on a");
        assertThat(rig.controller.checkpointFloor(1_000)).isEqualTo(100);
    }

    @Test
    @DisplayName("A frozen split is in the manifest with its parts")
    void frozenSplit() {
        Rig rig = Rig.splitting(B, null, C);

        FrozenOperator frozen =
                rig.quiesce(QuiesceAllowlist.closing(id(99))).frozen().get(0);
        rig.reported(A, 1, ComponentState.STOPPED);

        assertThat(frozen.parts()).isEqualTo(Rig.parts(B, null, C));
        assertThat(rig.span(1)).isEqualTo("scheduling on a");
        assertThat(rig.span(2)).isEqualTo("gone");
        assertThat(rig.take()).isEmpty();
    }

    @Test
    @DisplayName("An unanswered merge is asked for again, and reported as stuck")
    void mergeIsRepeated() {
        Rig rig = Rig.merging();

        rig.tickAt(10_000);
        assertThat(rig.take()).containsExactly("#9 MERGE: merge [1, 2, 3] on a");
        rig.tickAt(30_000);
        assertThat(rig.take()).contains("#9 MERGE: stuck in MERGING");
    }
}
