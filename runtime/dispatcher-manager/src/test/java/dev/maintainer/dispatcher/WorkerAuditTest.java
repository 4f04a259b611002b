package dev.maintainer.dispatcher;

import static dev.maintainer.dispatcher.WorkerBench.A;
import static dev.maintainer.dispatcher.WorkerBench.epoch;
import static dev.maintainer.dispatcher.WorkerBench.id;
import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.audit.Finding;
import dev.maintainer.api.audit.Findings;
import dev.maintainer.api.dispatcher.DispatcherSpec;
import dev.maintainer.api.model.ComponentState;
import dev.maintainer.api.model.DispatcherStatus;
import dev.maintainer.api.model.SchemaId;
import dev.maintainer.api.model.TableId;
import dev.maintainer.api.model.TableSpan;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each rule of the audit sees what it is there for. */
class WorkerAuditTest {
    private final Findings findings = new Findings();
    private final WorkerAudit audit = new WorkerAudit("", findings);
    private final DispatcherSet dispatchers = new DispatcherSet();
    private final HostedDispatcher hosted = hosted(TableSpan.whole(new TableId(1)));

    private static HostedDispatcher hosted(TableSpan span) {
        WorkerBench bench = new WorkerBench();
        DispatcherSpec spec = new DispatcherSpec(WorkerBench.FEED, epoch(5), id(1), span, new SchemaId(1), 20);
        return new HostedDispatcher(spec, bench.make(spec, bench.silent()), new HostedDispatcher.Faults() {
            @Override
            public void failed(DispatcherSpec of, String call, RuntimeException cause) {
                throw cause;
            }

            @Override
            public void recovered(DispatcherSpec of) {
                throw new AssertionError("nothing has failed");
            }
        });
    }

    @BeforeEach
    void oneDispatcher() {
        dispatchers.add(hosted);
    }

    private void sees(String invariant) {
        assertThat(findings.all()).extracting(Finding::invariant).contains(invariant);
    }

    @Test
    void aWorkerInOrder() {
        WorkerBench bench = new WorkerBench();
        bench.bootstrap(A, 5);
        bench.create(A, 5, 1, 20);
        assertThat(bench.manager.audit()).isEmpty();
    }

    @Test
    void aDispatcherUnderAnotherId() {
        dispatchers.byId().put(id(2), hosted);
        audit.dispatchers(dispatchers);
        sees("W-1");
    }

    @Test
    void aSecondTrigger() {
        DispatcherSet others = new DispatcherSet();
        others.add(hosted(TableSpan.DDL));
        audit.dispatchers(others);
        sees("W-1");
    }

    @Test
    void aJournalThatSpeaksOfNobody() {
        audit.journal(Set.of(id(7)), dispatchers);
        sees("W-2");
    }

    @Test
    void aJournaledRemovalThatNobodyBegan() {
        audit.journal(Set.of(id(1)), dispatchers);
        sees("W-2");
    }

    @Test
    void aWatermarkThatPassesADispatcher() {
        NodeWatermark watermark = new NodeWatermark();
        watermark.include(21);
        audit.watermark(watermark, dispatchers);
        sees("W-3");
    }

    @Test
    void aLastWordOfSomebodyWhoLives() {
        audit.unacknowledgedEnds(Map.of(id(1), new DispatcherStatus(id(1), ComponentState.STOPPED, 20)), dispatchers);
        sees("W-4");
    }

    @Test
    void aLastWordThatIsNone() {
        audit.unacknowledgedEnds(Map.of(id(7), new DispatcherStatus(id(7), ComponentState.WORKING, 20)), dispatchers);
        sees("W-4");
    }

    @Test
    void aDispatcherThatWaitsAndIsNotHere() {
        audit.standing(Set.of(id(1), id(7)), dispatchers);
        sees("W-9");
    }

    @Test
    void aStuckDispatcherThatIsNotEnding() {
        audit.stuck(List.of(id(1)), dispatchers);
        sees("W-5");
    }
}
