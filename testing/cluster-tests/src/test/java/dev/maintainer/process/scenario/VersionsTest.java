package dev.maintainer.process.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.maintainer.node.demo.NodeClient;
import dev.maintainer.process.cluster.ClusterOptions;
import dev.maintainer.process.cluster.Member;
import dev.maintainer.process.cluster.Patience;
import dev.maintainer.process.cluster.ProcessCluster;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A cluster that is upgraded node by node. There is no former release: an old node is one of this release that speaks the first
 * protocol only.
 */
@Tag("process")
@EnabledOnOs(value = OS.LINUX, disabledReason = "processes are looked at by /proc")
class VersionsTest {
    private static final int OLD = 1;
    private static final int NEW = 2;
    private static final String FINALIZE = "/v1/cluster/finalize";

    @Test
    @DisplayName(
            "31. An old leader with a new owner and an old worker; then all are upgraded, and old nodes stay outside")
    void oldLeader() throws IOException, InterruptedException {
        upgrade("31", true, false, true);
    }

    @ParameterizedTest(name = "old: leader {1}, owner {2}, worker {3}")
    @DisplayName("31. The same with every other mixture")
    @CsvSource({
        "31-new-leader, false, true, true",
        "31-new-worker, true, true, false",
        "31-old-owner, false, true, false",
        "31-old-worker, false, false, true",
        "31-old-leader, true, false, false"
    })
    @EnabledIfSystemProperty(named = "maintainer.process.all", matches = "true")
    void mixtures(String number, boolean oldLeader, boolean oldOwner, boolean oldWorker)
            throws IOException, InterruptedException {
        upgrade(number, oldLeader, oldOwner, oldWorker);
    }

    private static void upgrade(String number, boolean oldLeader, boolean oldOwner, boolean oldWorker)
            throws IOException, InterruptedException {
        try (ProcessCluster cluster =
                ProcessCluster.begin(number, ClusterOptions.of(12).madeBy(OLD))) {
            if (oldLeader) {
                cluster.release("a", OLD);
            }
            if (oldOwner) {
                cluster.release("b", OLD);
            }
            if (oldWorker) {
                cluster.release("c", OLD);
            }
            // Whoever is alone at first leads as long as it lives.
            cluster.start("a");
            try (Scenario scenario = Scenario.of(number, cluster, cluster.sink())) {
                Member leader = cluster.member("a");
                Member owner = cluster.member("b");
                Member worker = cluster.member("c");
                assertThat(cluster.leading()).isEqualTo(leader);
                handOver(cluster, owner);
                cluster.awaitProgress();
                assertThat(protocol(leader).path("active").asInt()).isEqualTo(OLD);

                // Whatever is old or new: it hands over to each of the others, and gets it back.
                for (Member to : List.of(worker, leader, owner)) {
                    handOver(cluster, to);
                }
                cluster.awaitProgress();
                refusesToFinalize(cluster);
                downgradeAndBack(scenario, worker);
                for (Member each : List.of(worker, owner, leader)) {
                    if (each.isOld()) {
                        restart(scenario, each, "");
                    }
                }
                finalizeCluster(scenario);
                tooOld(cluster);
                handOver(
                        cluster,
                        cluster.others(cluster.owning(), cluster.member("d")).get(0));
                cluster.awaitProgress();
                scenario.conclude(Scenario.NO_ERRORS);
            }
        }
    }

    private static JsonNode protocol(Member member) throws InterruptedException {
        return member.client().get("/v1/cluster").body().path("protocol");
    }

    private static void handOver(ProcessCluster cluster, Member to) throws IOException, InterruptedException {
        if (to.isCalled(cluster.owner())) {
            return;
        }
        long epoch = cluster.epoch();
        assertThat(cluster.move(to).isGood()).as("handoff to %s", to.name()).isTrue();
        Patience.await(
                "the changefeed to run on " + to.name(),
                ProcessCluster.LONG,
                () -> cluster.epoch() > epoch
                        && to.isCalled(cluster.owner())
                        && cluster.changefeed().path("phase").asText().equals("RUNNING"));
    }

    private static NodeClient.Answer ask(Member member) throws IOException, InterruptedException {
        NodeClient.Answer[] last = new NodeClient.Answer[1];
        Patience.await("somebody who can finalize the cluster", ProcessCluster.LONG, () -> {
            last[0] = member.client().post(FINALIZE, JsonNodeFactory.instance.objectNode());
            return !last[0].isUnavailable();
        });
        return last[0];
    }

    private static void refusesToFinalize(ProcessCluster cluster) throws IOException, InterruptedException {
        NodeClient.Answer answer = ask(cluster.member("b"));
        assertThat(answer.status()).as("answer %s", answer).isEqualTo(409);
        for (Member each : cluster.members()) {
            boolean named = answer.text("message").contains(each.name() + ".");
            assertThat(named).as("%s in %s", each.name(), answer).isEqualTo(each.isOld());
        }
    }

    /** Until the cluster is finalized, a node of the new release may become one of the old again. */
    private static void downgradeAndBack(Scenario scenario, Member member) throws IOException, InterruptedException {
        if (!member.isOld()) {
            restart(scenario, member, Integer.toString(OLD));
        }
    }

    private static void restart(Scenario scenario, Member member, String release)
            throws IOException, InterruptedException {
        ProcessCluster cluster = scenario.cluster();
        scenario.disturb(member);
        member.terminate();
        assertThat(member.awaitExit(ProcessCluster.LONG))
                .as("exit status of node %s", member.name())
                .isZero();
        member.release(release);
        member.startAgain();
        cluster.awaitReady(member);
        cluster.awaitProgress();
    }

    private static void finalizeCluster(Scenario scenario) throws IOException, InterruptedException {
        ProcessCluster cluster = scenario.cluster();
        cluster.witness("a", "b", "c");
        long since = System.nanoTime();
        NodeClient.Answer answer = ask(cluster.member("c"));
        assertThat(answer.isGood()).as("answer %s", answer).isTrue();
        for (Member each : cluster.members()) {
            Patience.await(
                    "node " + each.name() + " to know protocol " + NEW,
                    ProcessCluster.LONG,
                    () -> protocol(each).path("active").asInt() == NEW);
        }
        scenario.report(
                "all speak the new protocol", Duration.ofNanos(System.nanoTime() - since), Duration.ofSeconds(1));
    }

    private static void tooOld(ProcessCluster cluster) throws IOException, InterruptedException {
        cluster.release("d", OLD);
        Member old = cluster.launch("d", "test");
        assertThat(old.awaitExit(ProcessCluster.LONG))
                .as("exit status of an old node: %s", old.log())
                .isEqualTo(5);
        assertThat(old.log()).contains("start a release that speaks " + NEW);
        assertThat(cluster.roster()).hasSize(3);
    }
}
