package dev.maintainer.process.soak;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.node.demo.NodeClient;
import dev.maintainer.process.cluster.Member;
import dev.maintainer.process.cluster.Patience;
import dev.maintainer.process.cluster.ProcessCluster;
import dev.maintainer.process.cluster.ZooKeeperEnsemble;
import dev.maintainer.process.evidence.Vitals;
import dev.maintainer.process.evidence.Watch;
import dev.maintainer.process.fault.TcpProxy;
import dev.maintainer.process.scenario.Scenario;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Does to a cluster what a plan says, and waits after each fault until all is well again. Used by one thread. */
final class SoakRun {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    /** On a busy machine a JVM takes long to start, and longer until it is fast. */
    private static final Duration SETTLING = Duration.ofMinutes(4);

    private static final int REPEATED = 5;
    private static final int FENCED = 10;

    /** Takes the lines of the table. */
    interface Table {
        void row(String text) throws IOException;
    }

    private final Scenario scenario;
    private final ProcessCluster cluster;
    private final Table table;

    SoakRun(Scenario scenario, Table table) {
        this.scenario = scenario;
        this.cluster = scenario.cluster();
        this.table = table;
    }

    void take(SoakPlan plan) throws IOException, InterruptedException {
        vitals("at first");
        long began = System.nanoTime();
        for (SoakPlan.Step step : plan.steps()) {
            Duration early = MINUTE.multipliedBy(step.minute()).minusNanos(System.nanoTime() - began);
            Patience.pass(early.isNegative() ? Duration.ZERO : early);
            long since = System.nanoTime();
            Member victim = victim(step.role());
            table.row(step + ", node " + victim.name());
            hurt(step, victim);
            cluster.witness(cluster.members().stream().map(Member::name).toArray(String[]::new));
            settle();
            long lag = scenario.watch().samples().stream()
                    .filter(each -> each.at() > since && !each.owner().isEmpty())
                    .map(Watch.Sample::lag)
                    .mapToLong(Duration::toMillis)
                    .max()
                    .orElse(0);
            vitals("minute " + step.minute() + ": all well after "
                    + Duration.ofNanos(System.nanoTime() - since).toMillis() + " ms, lag at the most " + lag + " ms");
        }
    }

    /** Waits until all nodes work and the checkpoint has come to where the log is now. */
    private void settle() throws IOException, InterruptedException {
        long least = cluster.load().resolvedTs();
        Patience.await("all nodes to work, and the checkpoint to arrive at " + least, SETTLING, () -> {
            revive();
            for (Member each : cluster.members()) {
                if (!each.isAlive() || !each.isReady()) {
                    return false;
                }
            }
            return cluster.checkpoint() >= least;
        });
    }

    /** On a busy machine nodes lose their lease though nobody has hurt them: they are started again, as a service is. */
    private void revive() throws IOException, InterruptedException {
        for (Member each : cluster.members()) {
            if (!each.isAlive()) {
                replace(each);
                scenario.disturb(each);
                table.row("    node " + each.name() + " had lost its lease, and was started again");
            }
        }
    }

    private void vitals(String when) throws IOException, InterruptedException {
        table.row(when);
        for (Member each : cluster.members()) {
            table.row("    node " + each.name() + ": " + Vitals.of(each));
        }
    }

    private Member victim(SoakPlan.Role role) throws IOException, InterruptedException {
        return switch (role) {
            case OWNER -> cluster.owning();
            case LEADER -> cluster.leading();
            case WORKER -> worker();
        };
    }

    private Member worker() throws IOException, InterruptedException {
        return cluster.others(cluster.owning(), cluster.leading()).get(0);
    }

    private void hurt(SoakPlan.Step step, Member victim) throws IOException, InterruptedException {
        Duration pause = Duration.ofMillis(step.pauseMillis());
        switch (step.fault()) {
            case KILL -> {
                scenario.disturb(victim);
                victim.kill();
                Patience.pass(pause);
                victim.startAgain();
            }
            case FREEZE_SHORTLY -> {
                scenario.disturb(victim);
                for (int i = 0; i < REPEATED; i++) {
                    freeze(victim, ProcessCluster.LEASE.dividedBy(2));
                }
            }
            case FREEZE_LONG -> {
                scenario.disturb(victim);
                victim.freeze();
                Patience.await(
                        "node " + victim.name() + " to be removed",
                        ProcessCluster.LONG,
                        () -> cluster.isRemoved(victim));
                Patience.pass(pause);
                victim.thaw();
                replace(victim);
            }
            case KILL_STORE -> {
                ZooKeeperEnsemble servers = cluster.ensemble();
                int server = step.role() == SoakPlan.Role.LEADER
                        ? servers.awaitLeader()
                        : (int) (step.pauseMillis() % ZooKeeperEnsemble.SERVERS);
                servers.kill(server);
                settle();
                Patience.pass(pause);
                servers.start(server);
            }
            case CUT_SHORTLY -> {
                Member other = cluster.others(victim).get(0);
                silence(victim, other);
                Patience.pass(Duration.ofSeconds(3));
                heal(victim, other);
            }
            case CUT_LONG -> {
                Member owner = cluster.owning();
                Member silenced = worker();
                scenario.disturb(silenced);
                silence(owner, silenced);
                Patience.await(
                        "node " + silenced.name() + " to be removed",
                        ProcessCluster.LONG,
                        () -> cluster.isRemoved(silenced));
                heal(owner, silenced);
                replace(silenced);
            }
            case MOVE -> move();
            case DRAIN -> {
                scenario.disturb(victim);
                victim.terminate();
                assertThat(victim.awaitExit(ProcessCluster.LONG))
                        .as("exit status of node %s", victim.name())
                        .isZero();
                Patience.pass(pause);
                victim.startAgain();
            }
        }
    }

    private static void freeze(Member victim, Duration time) throws IOException, InterruptedException {
        victim.freeze();
        Patience.pass(time);
        victim.thaw();
        Patience.pass(time);
    }

    /** It was removed while it lived. */
    private static void replace(Member victim) throws IOException, InterruptedException {
        assertThat(victim.awaitExit(ProcessCluster.LONG))
                .as("exit status of node %s", victim.name())
                .isEqualTo(FENCED);
        victim.startAgain();
    }

    /** What the first sends to the second is lost, whichever of them has connected. */
    private void silence(Member from, Member to) {
        cluster.peersOf(to.name()).cutFrom(from.pid(), TcpProxy.Direction.REQUESTS);
        cluster.peersOf(from.name()).cutFrom(to.pid(), TcpProxy.Direction.ANSWERS);
    }

    private void heal(Member one, Member other) {
        cluster.peersOf(one.name()).heal();
        cluster.peersOf(other.name()).heal();
    }

    private void move() throws IOException, InterruptedException {
        for (int i = 0; i < REPEATED; i++) {
            Member owner = cluster.owning();
            List<Member> others = cluster.others(owner);
            Member target = others.get(i % others.size());
            long epoch = cluster.epoch();
            Patience.await("a handoff from " + owner.name() + " to " + target.name(), SETTLING, () -> {
                revive();
                if (!target.isCalled(cluster.owner())) {
                    NodeClient.Answer unused = cluster.move(target);
                }
                return cluster.epoch() > epoch && target.isCalled(cluster.owner());
            });
        }
    }
}
