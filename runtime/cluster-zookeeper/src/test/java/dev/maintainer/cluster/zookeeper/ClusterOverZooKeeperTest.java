package dev.maintainer.cluster.zookeeper;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.api.model.ChangefeedId;
import dev.maintainer.api.model.MaintainerEpoch;
import dev.maintainer.api.port.ChangefeedMetadata;
import dev.maintainer.api.port.ChangefeedMetadata.DesiredState;
import dev.maintainer.membership.LeaseTimings;
import dev.maintainer.threads.testing.Until;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three processes that share nothing but a server. */
class ClusterOverZooKeeperTest {
    private static final ChangefeedMetadata ORDERS =
            new ChangefeedMetadata(new ChangefeedId("orders"), new MaintainerEpoch(1), 100, DesiredState.RUN);

    private final List<ProcessUnderTest> processes = new ArrayList<>();
    private RestartableServer server;

    @BeforeEach
    void start(@TempDir Path directory) {
        server = new RestartableServer(directory, LeaseTimings.DEMO.session());
        new ZooKeeperStoreProvider().initialise(server.settings(), 1);
        for (int i = 0; i < 3; i++) {
            processes.add(new ProcessUnderTest(server.settings(), "n" + i, 7400 + i));
        }
        waitFor("all are members", process -> process.roster().members().size() == 3 && process.mayWrite());
    }

    @AfterEach
    void stop() {
        processes.forEach(ProcessUnderTest::close);
        server.close();
    }

    private void waitFor(String what, Predicate<ProcessUnderTest> holds) {
        Until.holds(what, () -> processes.stream().allMatch(holds), () -> processes);
    }

    private ProcessUnderTest leaderAfter(long epoch) {
        Until.holds(
                "one leads after epoch " + epoch + " and knows the metadata",
                () -> processes.stream().anyMatch(process -> process.epoch() > epoch && process.hasLoaded()),
                () -> processes);
        // One that was deposed may not know it yet.
        return processes.stream()
                .max(Comparator.comparingLong(ProcessUnderTest::epoch))
                .orElseThrow();
    }

    @Test
    @DisplayName("one leads; when its session is ended, one leads under a higher epoch and knows what was stored")
    void leaders() {
        ProcessUnderTest first = leaderAfter(0);
        long epoch = first.epoch();
        assertThat(processes.stream().filter(ProcessUnderTest::isLeading))
                .as(processes.toString())
                .hasSize(1);
        first.write(records -> records.compareAndSet(0, ORDERS, 1, System.nanoTime()));
        Until.holds("it is stored", () -> first.story.contains("stored 1 true"), () -> first);

        first.killSession();

        ProcessUnderTest next = leaderAfter(epoch);
        assertThat(next.metadata).singleElement().satisfies(stored -> {
            assertThat(stored.metadata()).isEqualTo(ORDERS);
            assertThat(stored.version()).isEqualTo(1);
        });
        waitFor("all are members still", process -> process.roster().members().size() == 3 && process.mayWrite());
        assertThat(processes).noneMatch(process -> process.story.toString().contains("lost"));

        next.write(records -> records.delete(1, ORDERS.changefeed(), 2, System.nanoTime()));
        Until.holds("it is deleted", () -> next.story.contains("deleted 2 true"), () -> next);
    }

    @Test
    @DisplayName("a store that is away for two seconds: writes are held, and everybody is a member still")
    void outage() {
        leaderAfter(0);
        server.stop();
        waitFor("writes are held", process -> !process.mayWrite());
        // What is tested is the outage itself.
        LockSupport.parkNanos(TimeUnit.SECONDS.toNanos(1));
        server.start();

        waitFor("writes are allowed again", ProcessUnderTest::mayWrite);
        leaderAfter(0);
        assertThat(processes).noneMatch(process -> process.story.toString().contains("lost"));
        assertThat(processes).allMatch(process -> process.roster().members().size() == 3);
    }

    @Test
    @DisplayName("a process that is gone is removed from the roster")
    void removal() {
        ProcessUnderTest gone = processes.remove(2);

        gone.close();

        waitFor("two are left", process -> process.roster().members().size() == 2);
        waitFor("and they go on", ProcessUnderTest::mayWrite);
    }
}
