package dev.maintainer.it.handoff;

import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.id;
import static dev.maintainer.it.support.MaintainerBench.runs;
import static dev.maintainer.it.support.MaintainerBench.stopped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.FrozenOperator;
import dev.maintainer.api.lifecycle.HandoffManifest;
import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.DispatcherSnapshot;
import dev.maintainer.api.model.TableChange;
import dev.maintainer.it.support.MaintainerBench;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A handoff with thousands of operators in flight: no input pays for all of them, and the last word names all of them. */
class LargeHandoffTest {
    private static final int TABLES = 9_000;

    private final MaintainerBench bench = MaintainerBench.fresh();

    /** All tables run here, and have just been dropped: each has a removal in flight. */
    private void manyRemovals() {
        bench.members(N1);
        bench.answer(
                N1,
                LongStream.rangeClosed(1, TABLES)
                        .mapToObj(table -> runs(id(table), table, 100))
                        .toArray(DispatcherSnapshot[]::new));
        bench.begins(LongStream.rangeClosed(1, TABLES).toArray());
        bench.ddl(
                200,
                LongStream.rangeClosed(1, TABLES)
                        .mapToObj(MaintainerBench::dropTable)
                        .toArray(TableChange[]::new));
        assertThat(bench.inspector().operators(0)).hasSize(TABLES);
    }

    private HandoffManifest manifest() {
        return Objects.requireNonNull(bench.maintainer().status().finalStatus()).manifest();
    }

    @Test
    @DisplayName("the trigger closes at once: the last word waits for the manifest, which is written piece by piece")
    void theWordWaitsForTheManifest() {
        manyRemovals();
        bench.remove(RemovalMode.HANDOFF);
        bench.heartbeat(N1, 100, 20, stopped(bench.trigger(), 100));
        assertThat(bench.phase()).as("a first piece").isEqualTo(LifecyclePhase.REMOVING);
        bench.tick();
        assertThat(bench.phase()).as("a second one").isEqualTo(LifecyclePhase.REMOVING);
        bench.heartbeat(N1, 100, 21);

        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);
        assertThat(manifest().frozen())
                .hasSize(TABLES)
                .extracting(FrozenOperator::dispatcher)
                .isSorted();
    }

    @Test
    @DisplayName("the trigger takes its time: the manifest is written meanwhile, and the last word waits for nothing")
    void theManifestIsWrittenAhead() {
        manyRemovals();
        bench.remove(RemovalMode.HANDOFF);
        bench.pass(300);

        bench.heartbeat(N1, 100, 20, stopped(bench.trigger(), 100));

        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);
        assertThat(manifest().frozen()).hasSize(TABLES);
    }
}
