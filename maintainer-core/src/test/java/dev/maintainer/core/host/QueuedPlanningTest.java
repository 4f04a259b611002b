package dev.maintainer.core.host;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.core.HostInput;
import dev.maintainer.core.scheduling.planner.PlanAnswer;
import dev.maintainer.core.scheduling.planner.PlanRequest;
import dev.maintainer.core.scheduling.planner.SnapshotDelta;
import dev.maintainer.scheduler.spi.Budget;
import dev.maintainer.scheduler.spi.Plan;
import dev.maintainer.scheduler.spi.Reason;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class QueuedPlanningTest {
    private static final ChangefeedId FEED = new ChangefeedId("feed");
    private static final MaintainerEpoch OLD = new MaintainerEpoch(1);
    private static final MaintainerEpoch NEW = new MaintainerEpoch(2);

    private final QueuedPlanning planning =
            new QueuedPlanning(name -> (snapshot, budget) -> Plan.keep(new Reason("KEEP", "all of it")));

    private PlanAnswer ask(MaintainerEpoch epoch, long round, boolean complete) {
        planning.ask(request(epoch, round, complete));
        return ((HostInput.PlanReturned) planning.answerNext().get(0)).answer();
    }

    private static PlanRequest request(MaintainerEpoch epoch, long round, boolean complete) {
        SnapshotDelta delta =
                new SnapshotDelta(round, complete, round, 0, false, List.of(), List.of(), List.of(), List.of(), 0);
        return new PlanRequest(FEED, epoch, "any", null, delta, new Budget(10, 10, 10));
    }

    @Test
    @DisplayName("a session lasts from plan to plan, and ends when it is dropped: nothing of it stays")
    void dropped() {
        assertThat(ask(OLD, 1, true)).isInstanceOf(PlanAnswer.Planned.class);
        assertThat(ask(OLD, 2, false)).isInstanceOf(PlanAnswer.Planned.class);

        planning.drop(FEED, OLD);

        assertThat(ask(OLD, 3, false)).as("nobody remembers").isInstanceOf(PlanAnswer.Behind.class);
    }

    @Test
    @DisplayName("what was asked and not answered is dropped with it, and that of the next owner stays")
    void droppedBeforeTheAnswer() {
        assertThat(ask(NEW, 1, true)).isInstanceOf(PlanAnswer.Planned.class);
        planning.ask(request(OLD, 1, true));
        planning.drop(FEED, OLD);

        assertThat(planning.answerNext()).isEmpty();
        assertThat(ask(NEW, 2, false)).isInstanceOf(PlanAnswer.Planned.class);
    }
}
