package dev.maintainer.coordinator;

import static dev.maintainer.coordinator.CoordinatorBench.A;
import static dev.maintainer.coordinator.CoordinatorBench.B;
import static dev.maintainer.coordinator.CoordinatorBench.C;
import static dev.maintainer.coordinator.CoordinatorBench.FEED;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.message.CoordinatorReport;
import dev.maintainer.api.message.CoordinatorRequest.AddMaintainer;
import dev.maintainer.api.model.NodeId;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A coordinator waits for the answers of all members before it begins, and not for ever. */
class StartDeadlineTest {
    private static final NodeId D = new NodeId("d");
    private static final NodeId E = new NodeId("e");
    private static final NodeId F = new NodeId("f");

    private final CoordinatorBench bench = new CoordinatorBench();

    private void begin(NodeId... members) {
        bench.members(members);
    }

    private void answer(NodeId... nodes) {
        for (NodeId node : nodes) {
            bench.answer(node);
        }
        bench.tick(0);
    }

    private void pass(long millis) {
        for (long passed = 0; passed < millis; passed += 500) {
            bench.tick(500);
        }
    }

    private boolean hasBegun() {
        bench.handle(new CoordinatorInput.CreateChangefeed(FEED, 100));
        return bench.coordinator.view(FEED).isPresent();
    }

    @Test
    @DisplayName(
            "the one member that never answers is expelled after half a minute, and when it has left the others begin")
    void oneIsSilent() {
        begin(A, B, C);
        answer(A, B);
        pass(29_000);
        assertThat(bench.expelled).isEmpty();
        pass(2_000);
        assertThat(bench.expelled).containsExactly(C);
        assertThat(hasBegun()).as("while it is a member it may own something").isFalse();

        bench.members(A, B);

        assertThat(hasBegun()).isTrue();
        assertThat(bench.take(AddMaintainer.class)).isNotEmpty();
    }

    @Test
    @DisplayName("one that answers late, but in time, is no reason for anything")
    void late() {
        begin(A, B, C);
        answer(A, B);
        pass(29_000);
        answer(C);
        pass(60_000);
        assertThat(bench.expelled).isEmpty();
        assertThat(hasBegun()).isTrue();
    }

    @Test
    @DisplayName("a coordinator that stood still has not read what was said meanwhile, and expels nobody for it")
    void stoodStill() {
        begin(A, B, C);
        answer(A, B);
        pass(1_000);
        bench.tick(100_000);
        answer(C);
        pass(60_000);
        assertThat(bench.expelled).isEmpty();
        assertThat(hasBegun()).isTrue();
    }

    @Test
    @DisplayName(
            "one that says other things can be heard again and will answer; if it does not, twice the time is enough")
    void saysOtherThings() {
        begin(A, B, C);
        answer(A, B);
        pass(29_500);
        bench.handle(new CoordinatorInput.ReportReceived(C, new CoordinatorReport.MaintainerHeartbeat(List.of())));
        pass(2_000);
        assertThat(bench.expelled).as("it was heard two seconds ago").isEmpty();
        pass(1_000);
        assertThat(bench.expelled).as("nothing more was heard of it").containsExactly(C);

        bench.restart();
        bench.expelled.clear();
        begin(A, B, C);
        answer(A, B);
        for (int second = 0; second < 59; second++) {
            bench.handle(new CoordinatorInput.ReportReceived(C, new CoordinatorReport.MaintainerHeartbeat(List.of())));
            pass(1_000);
        }
        assertThat(bench.expelled).isEmpty();
        bench.handle(new CoordinatorInput.ReportReceived(C, new CoordinatorReport.MaintainerHeartbeat(List.of())));
        pass(2_000);
        assertThat(bench.expelled).containsExactly(C);
    }

    @Test
    @DisplayName("a member that has just come has as long as any other")
    void comesLater() {
        begin(A, B, C);
        answer(A, B, C);
        bench.restart();
        begin(A, B, C);
        answer(A, B);
        pass(20_000);
        bench.members(A, B, C, D);
        answer(C);
        pass(29_000);
        assertThat(bench.expelled).isEmpty();
        pass(2_000);
        assertThat(bench.expelled).containsExactly(D);
    }

    @Test
    @DisplayName("a coordinator that hears less than half expels nobody, and says whom it waits for")
    void cutOff() {
        begin(A, B, C, D, E);
        answer(A, B);
        pass(120_000);
        assertThat(bench.expelled).isEmpty();
        assertThat(bench.refusals).contains("Start");
        assertThat(bench.drain(C).text()).contains("waits for an answer of [c, d, e]");
    }

    @Test
    @DisplayName("more than a third is for people to decide; when they have stopped one, the others go on")
    void tooMany() {
        begin(A, B, C, D, E, F);
        answer(A, B, C);
        pass(120_000);
        assertThat(bench.expelled).isEmpty();

        answer(D);
        pass(31_000);

        assertThat(bench.expelled).containsExactly(E, F);
    }

    @Test
    @DisplayName("the last node is not expelled, nor is anybody before the metadata is there")
    void nobodyElse() {
        begin(A);
        pass(120_000);
        assertThat(bench.expelled).isEmpty();

        bench.restart();
        bench.hold = true;
        begin(A, B, C);
        answer(A, B);
        pass(120_000);
        assertThat(bench.expelled).isEmpty();
        assertThat(bench.drain(C).text()).contains("waits for the metadata");
    }
}
