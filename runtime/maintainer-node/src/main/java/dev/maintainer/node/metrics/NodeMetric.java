package dev.maintainer.node.metrics;

import dev.maintainer.runtime.metrics.MetricFamily;
import dev.maintainer.runtime.metrics.MetricFamily.Kind;
import java.util.List;

/** Everything that a node shows, besides its virtual machine; {@code docs/operations.md} lists the same, which a test compares. */
public enum NodeMetric {
    /** Where a changefeed is. */
    CHECKPOINT_TS(
            "maintainer.changefeed.checkpoint.ts",
            Kind.GAUGE,
            "",
            "The committed checkpoint, a position of its source.",
            "changefeed"),
    /** How late a changefeed is. */
    CHECKPOINT_LAG(
            "maintainer.changefeed.checkpoint.lag",
            Kind.GAUGE,
            "seconds",
            "How far the checkpoint is behind the wall clock; not there while the source is not open on the node.",
            "changefeed"),
    /** Whether a changefeed stands still. */
    CHECKPOINT_AGE(
            "maintainer.changefeed.checkpoint.age",
            Kind.GAUGE,
            "seconds",
            "Since when the checkpoint has not risen on this node.",
            "changefeed"),
    /** What has been received. */
    RESOLVED_TS(
            "maintainer.changefeed.resolved.ts",
            Kind.GAUGE,
            "",
            "What all dispatchers have received, a position of the source.",
            "changefeed"),
    /** Spans. */
    SPANS("maintainer.changefeed.spans", Kind.GAUGE, "", "Spans, wherever they are.", "changefeed"),
    /** Spans without a place. */
    SPANS_ABSENT("maintainer.changefeed.spans.absent", Kind.GAUGE, "", "Spans that wait for a place.", "changefeed"),
    /** Operators. */
    OPERATORS("maintainer.changefeed.operators", Kind.GAUGE, "", "Operators in flight, by type.", "changefeed", "type"),
    /** The oldest operators. */
    OPERATORS_OLDEST(
            "maintainer.changefeed.operators.oldest",
            Kind.GAUGE,
            "seconds",
            "The age of the oldest operator in flight, by type.",
            "changefeed",
            "type"),
    /** Barriers that do not move. */
    BARRIER_STILL(
            "maintainer.changefeed.barrier.still",
            Kind.GAUGE,
            "seconds",
            "For how long the first DDL or sync point that is not over has come no nearer to its end; 0 without one.",
            "changefeed"),
    /** A sink that refuses a DDL. */
    BARRIER_REFUSED(
            "maintainer.changefeed.barrier.refused",
            Kind.GAUGE,
            "",
            "1 while the sink refuses a DDL and somebody has to decide.",
            "changefeed"),
    /** A scheduler that does not work. */
    SCHEDULER_DEGRADED(
            "maintainer.changefeed.scheduler.degraded",
            Kind.GAUGE,
            "",
            "1 while the scheduler is not healthy.",
            "changefeed"),
    /** Decisions of planners. */
    DECISIONS(
            "maintainer.planner.decisions",
            Kind.COUNTER,
            "",
            "Decisions of planners of maintainers on this node, by what became of them.",
            "outcome"),
    /** Rounds of planners. */
    PLANNER_ROUNDS(
            "maintainer.planner.rounds",
            Kind.DURATION,
            "",
            "Rounds of planners on this node: planned, behind, or the code of the error.",
            "outcome"),
    /** Planners that never return. */
    PLANNER_STUCK("maintainer.planner.stuck", Kind.GAUGE, "", "Planner threads that have not returned."),
    /** Refused operators. */
    OPERATOR_REFUSALS(
            "maintainer.operator.refusals",
            Kind.COUNTER,
            "",
            "Operators that maintainers on this node have refused, by reason.",
            "reason"),
    /** What became of messages to maintainers. */
    HOST_MESSAGES(
            "maintainer.host.messages",
            Kind.COUNTER,
            "",
            "Messages to maintainers on this node, by kind and what became of them.",
            "kind",
            "disposition"),
    /** Bugs of ours. */
    SUPPRESSED(
            "maintainer.host.suppressed",
            Kind.COUNTER,
            "",
            "Commands that the gate has stopped: any of them is a bug of ours.",
            "kind"),
    /** Dispatchers. */
    DISPATCHERS("maintainer.dispatchers", Kind.GAUGE, "", "Dispatchers on this node, by state.", "state"),
    /** What became of messages to the worker. */
    WORKER_MESSAGES(
            "maintainer.worker.messages",
            Kind.COUNTER,
            "",
            "Messages to the worker and signals of dispatchers, by kind and what became of them.",
            "kind",
            "disposition"),
    /** Dispatchers that throw. */
    WORKER_FAULTS(
            "maintainer.worker.faults",
            Kind.COUNTER,
            "",
            "Calls into dispatchers that have failed, by method.",
            "call"),
    /** Handoffs. */
    HANDOFFS(
            "maintainer.coordinator.handoffs",
            Kind.DURATION,
            "",
            "Moves of maintainers that this leader has brought to their end, from the new epoch to the new owner.",
            "outcome"),
    /** Owners. */
    OWNERS(
            "maintainer.coordinator.owners",
            Kind.COUNTER,
            "",
            "Maintainers that have begun to run under this leader, by how they came there.",
            "reason"),
    /** Expulsions. */
    EXPULSIONS("maintainer.coordinator.expulsions", Kind.COUNTER, "", "Members that this leader has expelled."),
    /** Reports without effect. */
    REPORTS_REFUSED(
            "maintainer.coordinator.refusals",
            Kind.COUNTER,
            "",
            "Reports and requests that have had no effect on this leader, by kind.",
            "kind"),
    /** Changefeeds of the cluster. */
    CHANGEFEEDS(
            "maintainer.coordinator.changefeeds",
            Kind.GAUGE,
            "",
            "Changefeeds by what people want of them; on the leader only.",
            "state"),
    /** Event loops. */
    LOOP_WAITING("maintainer.loop.waiting", Kind.GAUGE, "", "Inputs that wait for an event loop.", "loop"),
    /** Full event loops. */
    LOOP_DROPPED("maintainer.loop.dropped", Kind.COUNTER, "", "Inputs that an event loop had no room for.", "loop"),
    /** Slow event loops. */
    LOOP_SLOW("maintainer.loop.slow", Kind.COUNTER, "", "Inputs that have taken an event loop over 100 ms.", "loop"),
    /** Bugs of ours. */
    LOOP_FAILURES("maintainer.loop.failures", Kind.COUNTER, "", "Inputs that an event loop has failed on.", "loop"),
    /** Threads that stand still. */
    LOOP_IDLE("maintainer.loop.idle", Kind.GAUGE, "seconds", "Since when a thread has finished nothing.", "loop"),
    /** Messages between nodes. */
    TRANSPORT_EVENTS(
            "maintainer.transport.events",
            Kind.COUNTER,
            "",
            "What became of messages (sent, received, joined, congested, expired, dropped, stale, ...), by lane or reason"
                    + " and kind of message; and of callers and peers that were refused.",
            "event",
            "of",
            "kind"),
    /** Queues between nodes. */
    PEER_QUEUED("maintainer.peer.queued", Kind.GAUGE, "", "Messages that wait for a peer.", "peer"),
    /** Queues between nodes, in bytes. */
    PEER_QUEUED_BYTES("maintainer.peer.queued.size", Kind.GAUGE, "bytes", "What these have at most.", "peer"),
    /** Old messages. */
    PEER_QUEUED_AGE("maintainer.peer.queued.age", Kind.GAUGE, "seconds", "The age of the oldest of them.", "peer"),
    /** Sessions with peers. */
    PEER_GENERATION(
            "maintainer.peer.generation", Kind.GAUGE, "", "The session with a peer; 0 while there is none.", "peer"),
    /** Round trips. */
    PEER_ROUND_TRIP("maintainer.peer.round.trip", Kind.GAUGE, "seconds", "How long the last ping took.", "peer"),
    /** Wall clocks. */
    PEER_SKEW(
            "maintainer.peer.clock.skew",
            Kind.GAUGE,
            "seconds",
            "By how much the wall clock of a peer was ahead when the last session with it began.",
            "peer"),
    /** The lease. */
    LEASE_REMAINING(
            "maintainer.lease.remaining", Kind.GAUGE, "seconds", "For how long this node may still write; 0: not now."),
    /** The lease at its worst. */
    LEASE_LEAST(
            "maintainer.lease.remaining.least",
            Kind.GAUGE,
            "seconds",
            "The least that was left within the last one to two minutes."),
    /** Fences. */
    LEASE_EXPIRATIONS("maintainer.lease.expirations", Kind.COUNTER, "", "How often the lease has run out."),
    /** Held writes. */
    HELD_WRITES(
            "maintainer.lease.held.writes", Kind.COUNTER, "", "Attempts to write that were held, without the lease."),
    /** The store. */
    STORE_REQUESTS(
            "maintainer.store.requests",
            Kind.DURATION,
            "",
            "Requests to the store: read, write or renewal, and committed, rejected, answered or unknown.",
            "kind",
            "outcome"),
    /** The connection with the store. */
    STORE_CONNECTED("maintainer.store.connected", Kind.GAUGE, "", "1 while the store answers."),
    /** The roster. */
    ROSTER_VERSION("maintainer.roster.version", Kind.GAUGE, "", "The roster that this node knows."),
    /** An old roster. */
    ROSTER_LAG("maintainer.roster.lag", Kind.GAUGE, "", "By how many versions a peer has said it knows a newer one."),
    /** Members. */
    ROSTER_MEMBERS("maintainer.roster.members", Kind.GAUGE, "", "Members in that roster."),
    /** Leadership. */
    LEADER_EPOCH("maintainer.leader.epoch", Kind.GAUGE, "", "The epoch under which this node leads; 0 if it does not."),
    /** Readiness. */
    READY("maintainer.node.ready", Kind.GAUGE, "", "1 while /readyz says so."),
    /** Answers of the admin interface. */
    ADMIN_ANSWERS(
            "maintainer.admin.answers",
            Kind.COUNTER,
            "",
            "Answers of the admin interface, by status and, where one was refused, code.",
            "status",
            "code");

    private final String base;
    private final Kind kind;
    private final String unit;
    private final String description;
    /** With blanks between: an enumeration has nothing that could change. */
    private final String labels;

    NodeMetric(String base, Kind kind, String unit, String description, String... labels) {
        this.base = base;
        this.kind = kind;
        this.unit = unit;
        this.description = description;
        this.labels = String.join(" ", labels);
    }

    /** {@return what is shown} */
    public MetricFamily family() {
        return new MetricFamily(
                base, kind, unit, labels.isEmpty() ? List.of() : List.of(labels.split(" ", -1)), description);
    }

    /** {@return the names under which it appears in the text format of Prometheus} */
    public List<String> shownAs() {
        String name = base.replace('.', '_');
        return switch (kind) {
            case COUNTER -> List.of(name + "_total");
            case GAUGE -> List.of(unit.isEmpty() ? name : name + "_" + unit);
            case DURATION -> List.of(name + "_seconds_count", name + "_seconds_sum");
        };
    }
}
