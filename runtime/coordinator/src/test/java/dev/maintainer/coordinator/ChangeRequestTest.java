package dev.maintainer.coordinator;

import static dev.maintainer.coordinator.CoordinatorBench.A;
import static dev.maintainer.coordinator.CoordinatorBench.B;
import static dev.maintainer.coordinator.CoordinatorBench.C;
import static dev.maintainer.coordinator.CoordinatorBench.FEED;
import static dev.maintainer.coordinator.CoordinatorBench.status;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.lifecycle.LifecyclePhase;
import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.coordinator.RequestAnswer.Outcome;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ChangeRequestTest {
    private final CoordinatorBench bench = new CoordinatorBench();
    private long numbers;

    private RequestTerms terms(@Nullable String version) {
        return new RequestTerms(++numbers, version);
    }

    private RequestAnswer ask(CoordinatorInput.ChangeRequest request) {
        bench.handle(request);
        return bench.coordinator.answer(request.terms().number()).orElseThrow();
    }

    @Test
    @DisplayName("whoever asks for a change hears whether it is carried out, and why it is not")
    void answers() {
        bench.running();
        assertThat(bench.coordinator.answer(1)).isEmpty();
        RequestAnswer there = ask(new CoordinatorInput.MoveMaintainer(FEED, A, terms(null)));
        assertThat(there.outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(there.text()).contains("already");
        assertThat(ask(new CoordinatorInput.MoveMaintainer(new ChangefeedId("no"), B, terms(null)))
                        .outcome())
                .isEqualTo(Outcome.UNKNOWN);
        assertThat(ask(new CoordinatorInput.MoveMaintainer(FEED, B, terms(null)))
                        .outcome())
                .isEqualTo(Outcome.ACCEPTED);
        assertThat(ask(new CoordinatorInput.MoveMaintainer(FEED, C, terms(null)))
                        .outcome())
                .isEqualTo(Outcome.REFUSED);
    }

    @Test
    @DisplayName("a coordinator that does not know yet what there is says so")
    void notStarted() {
        assertThat(ask(new CoordinatorInput.RemoveChangefeed(FEED, terms(null))).outcome())
                .isEqualTo(Outcome.NOT_STARTED);
    }

    @Test
    @DisplayName(
            "a change that is meant for another version changes nothing; progress is no other version, a new owner is")
    void versions() {
        bench.running();
        String version = bench.view().version();
        bench.report(A, 1, LifecyclePhase.RUNNING, 300);
        bench.tick(5_000);
        assertThat(bench.view().version()).isEqualTo(version);

        assertThat(ask(new CoordinatorInput.PauseChangefeed(FEED, true, terms("9-00000000")))
                        .outcome())
                .isEqualTo(Outcome.OTHER_VERSION);
        assertThat(bench.stored().state()).isEqualTo(DesiredState.RUN);
        assertThat(ask(new CoordinatorInput.MoveMaintainer(FEED, B, terms(version)))
                        .outcome())
                .isEqualTo(Outcome.ACCEPTED);
        assertThat(bench.view().version()).isNotEqualTo(version);
        assertThat(ask(new CoordinatorInput.RemoveChangefeed(FEED, terms(version)))
                        .outcome())
                .isEqualTo(Outcome.OTHER_VERSION);
    }

    @Test
    @DisplayName("while a change is not durable yet, nobody else can mean the version that it makes an end of")
    void twoAtOnce() {
        bench.running();
        String version = bench.view().version();
        bench.hold = true;
        assertThat(ask(new CoordinatorInput.PauseChangefeed(FEED, true, terms(version)))
                        .outcome())
                .isEqualTo(Outcome.ACCEPTED);
        assertThat(ask(new CoordinatorInput.RemoveChangefeed(FEED, terms(version)))
                        .outcome())
                .isEqualTo(Outcome.OTHER_VERSION);
    }

    @Test
    @DisplayName("a new leader has no checkpoint of its own before an owner has told it one")
    void heard() {
        bench.running();
        bench.report(A, 1, LifecyclePhase.RUNNING, 300);
        assertThat(bench.view().checkpointHeard()).isTrue();

        bench.restart();
        bench.members(B, C);
        bench.answer(B);
        bench.answer(C);
        bench.tick(0);
        assertThat(bench.view().checkpointHeard()).isFalse();

        bench.restart();
        bench.members(A, B);
        bench.answer(A, status(bench.stored().epoch().value(), LifecyclePhase.RUNNING, 400));
        bench.answer(B);
        bench.tick(0);
        assertThat(bench.view().checkpointHeard()).isTrue();
        assertThat(bench.view().checkpointTs()).isEqualTo(400);
    }
}
