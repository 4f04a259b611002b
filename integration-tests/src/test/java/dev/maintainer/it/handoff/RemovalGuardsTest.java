package dev.maintainer.it.handoff;

import static dev.maintainer.it.support.MaintainerBench.CHANGEFEED;
import static dev.maintainer.it.support.MaintainerBench.N1;
import static dev.maintainer.it.support.MaintainerBench.N2;
import static dev.maintainer.it.support.MaintainerBench.stopped;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.lifecycle.RemovalMode;
import dev.maintainer.api.message.Disposition;
import dev.maintainer.api.message.WorkerReport;
import dev.maintainer.api.model.Watermark;
import dev.maintainer.core.scheduling.planner.SchedulerCommand;
import dev.maintainer.it.support.MaintainerBench;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a maintainer that is being removed takes no notice of, as nothing may follow from it any more. */
class RemovalGuardsTest {
    private final MaintainerBench bench = MaintainerBench.settled(List.of(N1, N2), 1, 2);

    @Test
    @DisplayName("a worker that has begun anew does not raise the checkpoint: it has lost what it knew")
    void anotherIncarnation() {
        bench.remove(RemovalMode.HANDOFF);

        Disposition disposition = bench.report(
                N2,
                new WorkerReport.Heartbeat(
                        CHANGEFEED,
                        bench.epoch(),
                        MaintainerBench.incarnation(N2) + 1,
                        Long.MAX_VALUE,
                        new Watermark(900, 900, 900),
                        List.of(),
                        true,
                        List.of()));
        bench.heartbeat(N1, 900, 30, stopped(bench.trigger(), 900));

        assertThat(disposition).isEqualTo(Disposition.STALE);
        assertThat(bench.phase()).isEqualTo(LifecyclePhase.CLOSED);
        assertThat(bench.checkpoint()).isEqualTo(100);
    }

    @Test
    @DisplayName("nobody chooses a scheduler, nor is one asked for anything")
    void schedulerCommands() {
        bench.remove(RemovalMode.HANDOFF);
        int plans = bench.plans();
        String chosen = bench.maintainer().status().scheduler();

        List<SchedulerCommand> commands = List.of(
                new SchedulerCommand.Select("basic"),
                new SchedulerCommand.Shadow("basic"),
                new SchedulerCommand.Propose("basic"));
        for (SchedulerCommand command : commands) {
            assertThat(bench.command(command)).isEqualTo(Disposition.REFUSED);
        }
        bench.pass(20_000);

        assertThat(bench.plans()).isEqualTo(plans);
        assertThat(bench.maintainer().status().scheduler()).isEqualTo(chosen);
        assertThat(bench.suppressed()).isEmpty();
    }
}
