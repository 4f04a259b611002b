package dev.maintainer.simulator.world;

import dev.maintainer.simulator.BarrierCounts;
import dev.maintainer.simulator.Outcome;
import dev.maintainer.simulator.SimulationSpec;
import dev.maintainer.simulator.Statistics;
import dev.maintainer.simulator.incident.FaultKind;
import dev.maintainer.simulator.incident.Incident;
import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.invariant.Invariant;
import dev.maintainer.simulator.invariant.Violation;
import dev.maintainer.simulator.timeline.Timeline;
import dev.maintainer.simulator.timeline.WorldCourse;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;

/** One world: a while of faults, then peace, then a look at what is left. Not for more than one run. */
public final class World {
    /** On a node: reports, answers and actions, while its dispatchers come and go within 120 ms. */
    private static final long MESSAGES_OF_EVENT = 30;

    private static final long CALM_AT_LATEST = 60_000;
    private static final long DDL_MILLIS = 250;
    /** From one sync point to the next: everybody comes to it, it is executed, and everybody passes it. */
    private static final long SYNC_MILLIS = 400;
    /** What one operator may take, until the next has its turn. */
    private static final long TURN_MILLIS = 1_000;

    /** Before anything goes wrong somebody leads. */
    private static final long READY_AT_LATEST = 30_000;

    private static final long REST = 3_000;
    private static final long CHECK_MILLIS = 500;
    private static final long LINES_PER_WORLD = 100;
    private static final long LINES_PER_INCIDENT = 40;
    private static final long LINES_PER_SECOND = 4;

    private final SimulationSpec spec;
    private final Timeline timeline;
    private final WorldCourse course;
    private final SimulatedCluster cluster;
    private final Incidents incidents;
    private final RestCheck rest;
    private final LongSupplier logLines;
    private final long linesBefore;
    private long settledAfter;

    /**
     * A world at its beginning.
     *
     * @param telling whether it remembers its story, which costs time
     * @param logLines how many log lines this thread has written so far; 0 always if nobody counts
     */
    public World(SimulationSpec spec, boolean telling, LongSupplier logLines) {
        this.spec = spec;
        this.logLines = logLines;
        this.linesBefore = logLines.getAsLong();
        this.timeline = new Timeline(spec.seed(), telling);
        this.course = new WorldCourse(timeline);
        this.cluster = new SimulatedCluster(timeline, spec);
        this.incidents = new Incidents(cluster);
        this.rest = new RestCheck(cluster);
    }

    /** Runs to the end, or to the first violation. */
    public Outcome run() {
        long began = timeline.now();
        Violation violation = course.run(() -> {
            beginning();
            faultyDays();
            peace();
            calm();
            rest();
            cluster.all().forEach(SimulatedNode::replay);
            checkLog();
        });
        Statistics statistics = new Statistics(
                1,
                sum(each -> each.conduct().handoffs()),
                sum(each -> each.conduct().handoffsAmidDivision()),
                sum(each -> each.conduct().handoffsAmidDrain()),
                sum(each -> each.keepsRedo() ? each.conduct().handoffs() : 0),
                sum(each -> each.conduct().splits()),
                sum(each -> each.conduct().merges()),
                cluster.drains(),
                cluster.control().expelled(),
                cluster.faults().forgotten(),
                timeline.now() - began,
                cluster.network().sent(),
                incidents.counts(),
                settledAfter,
                sum(each -> each.sink().heldWrites()),
                sum(each -> each.sink().writesOfZombies()),
                cluster.changefeeds().stream()
                        .map(SimulatedChangefeed::barriers)
                        .reduce(BarrierCounts.NONE, BarrierCounts::plus),
                sum(each -> each.sink().writesOfUnheardOf()));
        return new Outcome(spec, violation, statistics, timeline.hash(), timeline.story());
    }

    private long sum(ToLongFunction<SimulatedChangefeed> count) {
        return cluster.changefeeds().stream().mapToLong(count).sum();
    }

    private void beginning() {
        long atLatest = timeline.now() + READY_AT_LATEST;
        while (!cluster.control().isReady()) {
            timeline.runUntil(timeline.now() + CHECK_MILLIS);
            if (timeline.now() > atLatest) {
                throw new Violation(Invariant.CONVERGES, "nobody leads " + READY_AT_LATEST + " ms after the beginning");
            }
        }
    }

    private void faultyDays() {
        long began = timeline.now();
        for (Incident incident : spec.incidents()) {
            timeline.at(began + incident.atMillis(), () -> incidents.happen(incident));
        }
        long end = began + spec.faultyMillis();
        while (timeline.now() < end) {
            timeline.runUntil(Math.min(end, timeline.now() + CHECK_MILLIS));
            check();
        }
        long last = spec.incidents().isEmpty()
                ? 0
                : spec.incidents().get(spec.incidents().size() - 1).atMillis();
        timeline.runUntil(Math.max(timeline.now(), began + last + 1));
    }

    private void peace() {
        timeline.tell(() -> "---- peace ----");
        cluster.joined();
        cluster.faults().end();
        cluster.network().heal();
        cluster.control().heal();
        cluster.crashes().end();
        incidents.end();
    }

    private void calm() {
        // Where few operators may be under way towards a node, tables that are evened out wait for their turn.
        long ddls = cluster.changefeeds().stream()
                .mapToLong(each -> each.upstream().ddls().size())
                .max()
                .orElse(0);
        // One DDL after the other is waited for and executed; the last may all be there when peace begins.
        long syncPoints = cluster.changefeeds().stream()
                .mapToLong(SimulatedChangefeed::syncPointsAhead)
                .max()
                .orElse(0);
        long atLatest = CALM_AT_LATEST
                + TURN_MILLIS * tables() / spec.maxInFlightPerNode()
                + DDL_MILLIS * ddls
                + SYNC_MILLIS * syncPoints;
        settledAfter = course.settle(atLatest, CHECK_MILLIS, REST, () -> {
            check();
            return rest.unsettled();
        });
    }

    private long tables() {
        return sum(each -> each.keepsRedo() ? 2L * spec.tables() : spec.tables());
    }

    private void rest() {
        cluster.network().takeSent();
        long executed = sum(each -> each.sink().events().executedEvents());
        course.rest(REST, rest::unsettled);
        double messagesPerSecond = cluster.network().takeSent() * 1_000.0 / REST;
        int members = cluster.members().size();
        long most = (8L * members + 30) * sum(each -> each.keepsRedo() ? 2 : 1) + ofBarriers(executed, members);
        if (messagesPerSecond > most) {
            throw new Violation(
                    Invariant.NO_BUSY_LOOP,
                    messagesPerSecond + " messages per second at rest, on " + members + " nodes");
        }
        check();
    }

    /** How many messages per second the block events of the rest may cost, however many dispatchers there are. */
    private long ofBarriers(long executedBefore, int members) {
        long events = sum(each -> each.sink().events().executedEvents()) - executedBefore;
        return (events + 1) * (MESSAGES_OF_EVENT * members + 8) * 1_000 / REST;
    }

    /** Logs follow what happens, not what is repeated. */
    private void checkLog() {
        long lines = logLines.getAsLong() - linesBefore;
        // Planners that divide spans, or that may begin only a few operators at a time, decide something all the time:
        // a
        // line for each plan, and what comes of it.
        boolean manyPlans = spec.faults().probability(FaultKind.DIVISION) > 0
                || spec.maxInFlightPerNode() < Workload.PRODUCTION_IN_FLIGHT;
        long budget = LINES_PER_WORLD * spec.changefeeds()
                + LINES_PER_INCIDENT * spec.changefeeds() * spec.incidents().size()
                + LINES_PER_SECOND * spec.changefeeds() * (timeline.now() / 1_000)
                + (manyPlans ? 2 * sum(each -> each.conduct().planned()) : 0);
        if (lines > budget) {
            throw new Violation(Invariant.LOGS_BOUNDED, lines + " log lines, and the budget is " + budget);
        }
    }

    private void check() {
        cluster.audit();
        if (timeline.pending() > 20_000) {
            throw new Violation(Invariant.QUEUES_BOUNDED, timeline.pending() + " events are under way");
        }
        for (SimulatedNode node : cluster.all()) {
            if (node.waiting() > 10_000) {
                throw new Violation(Invariant.QUEUES_BOUNDED, node.waiting() + " inputs wait for " + node.id());
            }
        }
    }
}
