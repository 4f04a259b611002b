package dev.maintainer.process.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.maintainer.connector.files.RedoLog;
import dev.maintainer.process.cluster.ClusterOptions;
import dev.maintainer.process.cluster.Member;
import dev.maintainer.process.cluster.Patience;
import dev.maintainer.process.cluster.ProcessCluster;
import dev.maintainer.process.evidence.Checks;
import dev.maintainer.process.evidence.Events;
import dev.maintainer.process.evidence.Watch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A cluster that replicates and is watched, from its beginning to the checks. Used by one thread. */
public final class Scenario implements AutoCloseable {
    /** No line of a log is expected to be an error. */
    static final String NO_ERRORS = "(?!)";
    /** The drain of the profile, and what the stop of a node may take beyond it. */
    static final Duration STOP = Duration.ofSeconds(20 + 20);

    private final String number;
    private final ProcessCluster cluster;
    private final Path sink;
    private final Watch watch;

    private Scenario(String number, ProcessCluster cluster, Path sink) {
        this.number = number;
        this.cluster = cluster;
        this.sink = sink;
        this.watch = Watch.begin(cluster);
    }

    /** Three nodes a, b and c, and a changefeed that was created at b and whose log grows. */
    static Scenario ofThree(String number, int step) throws IOException, InterruptedException {
        return of(number, ClusterOptions.of(step));
    }

    /** As {@link #ofThree}, and connections can be cut. */
    static Scenario ofThreeProxied(String number, int step) throws IOException, InterruptedException {
        return of(number, ClusterOptions.of(step).withProxies());
    }

    /** As {@link #ofThree}, with what this scenario needs. */
    public static Scenario of(String number, ClusterOptions wanted) throws IOException, InterruptedException {
        ProcessCluster cluster = ProcessCluster.begin(number, wanted);
        return of(number, cluster, cluster.sink());
    }

    /** As {@link #ofThree}, with a sink elsewhere. The cluster is ended even if it does not come so far. */
    static Scenario of(String number, ProcessCluster cluster, Path sink) throws IOException, InterruptedException {
        return of(number, cluster, sink, "a", "b", "c");
    }

    /** The same with other nodes; the second is asked to create the changefeed. */
    static Scenario of(String number, ProcessCluster cluster, Path sink, String... nodes)
            throws IOException, InterruptedException {
        boolean begun = false;
        try {
            cluster.start(nodes);
            cluster.replicate(cluster.member(nodes[1 % nodes.length]), sink);
            Scenario scenario = new Scenario(number, cluster, sink);
            begun = true;
            return scenario;
        } finally {
            if (!begun) {
                cluster.close();
            }
        }
    }

    /** {@return its cluster} */
    public ProcessCluster cluster() {
        return cluster;
    }

    /** {@return who asks all the time} */
    public Watch watch() {
        return watch;
    }

    Path sink() {
        return sink;
    }

    Events events() throws IOException {
        return Events.of(cluster.members());
    }

    /** A figure beside what is promised for it; for people, since this machine may be slow. */
    void report(String what, Duration measured, Duration stated) {
        report(what + ": " + measured.toMillis() + " ms, stated " + stated.toMillis() + " ms");
    }

    void report(String what) {
        System.out.println("scenario " + number + ": " + what);
    }

    /** Does nothing to this node any more than asking others. */
    public void disturb(Member victim) {
        cluster.witness(cluster.others(victim).stream()
                .filter(Member::isAlive)
                .map(Member::name)
                .toArray(String[]::new));
    }

    /** All that is left arrives, all nodes that run leave in order, and everything that must hold is checked. */
    public void conclude(String expectedErrors) throws IOException, InterruptedException {
        long end = cluster.load().finish();
        Duration catchUp = Patience.await(
                "the checkpoint to arrive at the end of the log, " + end,
                ProcessCluster.LONG,
                () -> cluster.checkpoint() >= end);
        report("C7, the end of the log", catchUp, Duration.ofSeconds(10));
        watch.close();
        stopAll();
        Events events = events();
        if (cluster.startsWithTables()) {
            report("C1 is not checked: the sink knows no names of tables that were there before the changefeed");
        } else {
            Checks.sinkEqualsLog(sink, cluster.load().file());
        }
        Checks.claimsInOrder(sink);
        if (cluster.keepsRedo()) {
            Path redo = RedoLog.of(sink);
            report("the redo log at the end: " + Checks.sinkBehindRedo(sink));
            Checks.redoEqualsLog(
                    sink, cluster.load().file(), cluster.directory().resolve("restored"));
            Checks.claimsInOrder(redo);
        }
        Checks.checkpointsNeverFall(watch.samples());
        Checks.handoffsClean(events, ProcessCluster.CHANGEFEED);
        Checks.leasesHeld(events);
        Checks.epochsRise(events);
        Checks.logsQuiet(cluster.members(), expectedErrors);
        Checks.journalsReplay(cluster.members());
    }

    private void stopAll() throws InterruptedException {
        List<Member> running =
                cluster.members().stream().filter(Member::isAlive).toList();
        for (Member each : running) {
            long since = System.nanoTime();
            each.terminate();
            assertThat(each.awaitExit(ProcessCluster.LONG))
                    .as("exit status of node %s", each.name())
                    .isZero();
            report("stop of node " + each.name(), Duration.ofNanos(System.nanoTime() - since), STOP);
        }
    }

    @Override
    public void close() throws IOException, InterruptedException {
        watch.close();
        cluster.close();
    }
}
