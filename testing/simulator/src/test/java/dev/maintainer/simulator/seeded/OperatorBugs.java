package dev.maintainer.simulator.seeded;

import static dev.maintainer.simulator.invariant.Invariant.CHECKPOINT_HONEST;
import static dev.maintainer.simulator.invariant.Invariant.CONVERGES;
import static dev.maintainer.simulator.invariant.Invariant.NOTHING_FOR_THE_GATE;
import static dev.maintainer.simulator.invariant.Invariant.NOTHING_THROWS;
import static dev.maintainer.simulator.invariant.Invariant.NO_BUSY_LOOP;
import static dev.maintainer.simulator.invariant.Invariant.ONE_WRITER;
import static dev.maintainer.simulator.invariant.Invariant.OPERATORS_CONSISTENT;
import static dev.maintainer.simulator.invariant.Invariant.REGISTRY_CONSISTENT;

import dev.maintainer.simulator.incident.Workload;
import dev.maintainer.simulator.invariant.Invariant;
import java.util.List;

/** Operators, their protocols, admission, and planning. */
final class OperatorBugs {
    private static final String CONTROLLER = "OperatorController";
    private static final String EXECUTION = "OperatorExecution";
    private static final String MOVE = "MoveProtocol";
    private static final String ADD = "AddProtocol";
    private static final String HOST = "SchedulerHost";

    /** Operators that have ended are finalized at a later tick, as if another thread did it. */
    private static final SeededBug FINALIZED_LATER = SeededBug.of(
                    "O00", "operators are finalized some time after" + " their end")
            .in(EXECUTION, "outcome.effects().forEach(effect -> effects.apply(operator, effect));", """
                    if (operator.isFinished()) {
                        outcome.effects().forEach(effect -> late.addLast(() -> effects.apply(operator, effect)));
                    } else {
                        outcome.effects().forEach(effect -> effects.apply(operator, effect));
                    }""")
            .in(
                    EXECUTION,
                    "unregister(operator); operator.placements().forEach(part -> place(part, nowMillis));"
                            + " output.finished(operator.dispatcher(), effects.ownSpan(operator), operator.type());",
                    """
                    late.addLast(() -> {
                        unregister(operator);
                        operator.placements().forEach(part -> place(part, nowMillis));
                        output.finished(operator.dispatcher(), effects.ownSpan(operator), operator.type());
                    });""")
            .in(EXECUTION, "void tick(long nowMillis) {", """
                    private final java.util.Deque<Runnable> late = new java.util.ArrayDeque<>();
                    private long finalizedAt;

                    private void finalizeLate(long nowMillis) {
                        if (nowMillis - finalizedAt >= 500) {
                            finalizedAt = nowMillis;
                            while (!late.isEmpty()) {
                                late.removeFirst().run();
                            }
                        }
                    }

                    void tick(long nowMillis) {
                        finalizeLate(nowMillis);""");

    private static final SeededBug NOT_REVALIDATED = SeededBug.of(
                    "O02", "completion does not look whether the node" + " still lives")
            .in("SpanEffects", "if (node == null || !alive.test(node) || span.hasEnded()) {", "if (node == null) {");

    private static final SeededBug HALF_PLACED = SeededBug.of(
                    "O18", "a half-placed dispatcher of a dropped table is not" + " removed")
            .in(
                    CONTROLLER,
                    "if (node != null && execution.forbidden(id, OperatorType.REMOVE).isEmpty()) {",
                    "if (node != null && former == null && execution.forbidden(id, OperatorType.REMOVE).isEmpty()) {");
    static final SeededBug ORPHANS_STAY = SeededBug.of("P20", "orphans are not removed")
            .in(
                    "StatusReconciler",
                    "boolean orphan = status.state() == ComponentState.WORKING",
                    "boolean orphan = status.checkpointTs() < 0");
    private static final SeededBug NOT_ONE_PER_DISPATCHER = SeededBug.of(
                    "O04", "A1: two operators for one dispatcher" + " are admitted")
            .in(
                    EXECUTION,
                    "return refusal.isEmpty() && operatorOf(id) != null ? Optional.of(RefusalReason.DUPLICATE) : refusal;",
                    "return refusal;");

    private static final SeededBug DEST_DEATH_EARLY = SeededBug.of(
                    "O11", "the death of a move's destination is ignored" + " while the origin stops")
            .in(
                    MOVE,
                    ".on(State.REMOVE_ORIGIN, Event.DEST_DIED, State.ABORT_REMOVE_ORIGIN)",
                    ".ignore(State.REMOVE_ORIGIN, Event.DEST_DIED)");
    private static final SeededBug LEAVING_NOT_FOUND = SeededBug.of(
                    "O19", "a removal that was taken up is not found" + " when its table is dropped")
            .in(CONTROLLER, "node = former.origin();", "");

    private static final SeededBug AHEAD = SeededBug.of("O25", "words about what ran there before end an operator")
            .in(
                    EXECUTION,
                    "if (!isFrozen(operator) && !operator.isAhead(from, executed)) {",
                    "if (!isFrozen(operator)) {");

    private static final SeededBug HEALS_EARLY = SeededBug.of("O26", "words about what ran there before heal a span")
            .in(
                    "StatusReconciler",
                    "if (replica != null && bound && executed < replica.request()) {",
                    "if (replica != null && bound && executed < 0) {");

    private static final SeededBug ANY_CONFIRMS = SeededBug.of("O07", "a removal is confirmed by any status")
            .in(
                    "RemoveProtocol",
                    "reported.from().equals(node) && reported.state().isTerminal()",
                    "reported.from().equals(node)");

    private static final SeededBug END_ENDS_ADD = SeededBug.of("O09", "the end of an earlier dispatcher ends an add")
            .in(
                    ADD,
                    ".ignore(State.PLACING, Event.DEST_STOPPED)",
                    ".on(State.PLACING, Event.DEST_STOPPED, State.ABSENT, new OperatorEffect.MarkAbsent())");

    private static final SeededBug AGAIN_AT_ONCE = SeededBug.of("O20", "refused decisions are planned again at once")
            .in(
                    HOST,
                    "log.carriedOut(planned.round(), whom, planned, result, nowMillis);",
                    "if (result.refused() > 0) { demand.want(); }");

    private static final SeededBug DRIVEN_PLANNED = SeededBug.of("O22", "spans that an operator drives are planned")
            .in("MirrorSnapshot", "if (!candidate.inFlight) {", "if (candidate != null) {");

    private static final SeededBug ANY_BUT_WORKING = SeededBug.of(
                    "O05", "M2: a state that is not terminal counts as the end at the origin")
            .in(
                    MOVE,
                    "return reported.state().isTerminal() ?",
                    "return reported.state() != dev.maintainer.api.model.ComponentState.WORKING ?");

    private static final SeededBug LOOKS_NOWHERE = SeededBug.of("O15", "M4: a move does not look where the span is")
            .in(
                    "AdmissionPreconditions",
                    "return refusal(span != null, runsOn(span, origin), destination);",
                    "return refusal(span != null, span != null && span.isReplicating(), destination);");

    private OperatorBugs() {}

    static List<SeededBug> all() {
        return List.of(
                SeededBug.of("O01", "M1: the death of a move's destination is ignored once it creates")
                        .in(
                                MOVE,
                                ".on(State.ADD_DESTINATION, Event.DEST_DIED, State.ABSENT, Effect.MARK_ABSENT)",
                                ".ignore(State.ADD_DESTINATION, Event.DEST_DIED)")
                        .caughtBy(CONVERGES)
                        .first(Workload.ROLLING_RESTART, Workload.SWARM),
                SeededBug.of("O03", "Q1: ended operators are finalized later, even while removing")
                        .and(FINALIZED_LATER)
                        .in(
                                "Maintainer",
                                "removal.repeat(nowMillis);",
                                "removal.repeat(nowMillis); operators.tick(nowMillis);")
                        .caughtBy(OPERATORS_CONSISTENT, NOTHING_THROWS, CONVERGES, CHECKPOINT_HONEST)
                        .first(Workload.HANDOFF_STORM),
                NOT_ONE_PER_DISPATCHER.masked(
                        "O04c", "nobody asks for an operator without looking whether there is one"),
                SeededBug.of("O04b", "A1: two operators for one dispatcher are admitted, and DDLs ask for them")
                        .and(NOT_ONE_PER_DISPATCHER)
                        .in(CONTROLLER, "execution.drive(former, new OperatorEvent.TaskRemoved(), nowMillis);", "")
                        .caughtBy(NOTHING_THROWS)
                        .first(Workload.TABLE_STORM),
                ANY_BUT_WORKING.masked("O05c", "workers report no other state than working and the terminal ones"),
                SeededBug.of("O05b", "M2: any status counts as the end at the origin")
                        .in(
                                MOVE,
                                "return reported.state().isTerminal() ? Optional.of(Event.ORIGIN_STOPPED) : Optional.empty();",
                                "return Optional.of(Event.ORIGIN_STOPPED);")
                        .caughtBy(ONE_WRITER)
                        .first(Workload.STEADY, Workload.SWARM),
                SeededBug.of("O06", "the target of a move is added before the origin has stopped")
                        .in(
                                MOVE,
                                "return new Step<>(State.REMOVE_ORIGIN, List.of(new OperatorEffect.MarkScheduling()));",
                                "return new Step<>(State.ADD_DESTINATION, List.of(new OperatorEffect.Bind(destination)));")
                        .caughtBy(ONE_WRITER),
                ANY_CONFIRMS.masked("O07b", "what a worker says before it has executed the removal does not count"),
                SeededBug.of(
                                "O07b",
                                "a removal is confirmed by any status, even by one from before it, and orphans are not removed")
                        .and(ANY_CONFIRMS)
                        .and(AHEAD)
                        .and(ORPHANS_STAY)
                        .caughtBy(CONVERGES)
                        .first(Workload.TABLE_STORM),
                SeededBug.of("O08", "an add that is refused is not given up")
                        .in(
                                ADD,
                                ".on(State.PLACING, Event.DEST_REMOVED, State.ABSENT, new OperatorEffect.MarkAbsent())",
                                ".ignore(State.PLACING, Event.DEST_REMOVED)")
                        .caughtBy(CONVERGES, NO_BUSY_LOOP)
                        .first(Workload.SWARM),
                END_ENDS_ADD.masked("O09b", "what a worker says before it has executed the create does not count"),
                SeededBug.of("O09b", "the end of an earlier dispatcher ends an add, even if told before the create")
                        .and(END_ENDS_ADD)
                        .and(AHEAD)
                        .in(
                                "StatusReconciler",
                                "if (replica != null && bound && executed < replica.request()) {",
                                "boolean earlierEnd = status.state() == ComponentState.STOPPED && replica != null && operators.isInFlight(replica.id());"
                                        + " if (replica != null && bound && executed < replica.request() && !earlierEnd) {")
                        .caughtBy(ONE_WRITER, Invariant.CONVERGES)
                        .first(Workload.LATE_WORDS),
                SeededBug.of("O10", "the death of an add's destination is ignored")
                        .in(
                                ADD,
                                ".on(State.PLACING, Event.DEST_DIED, State.ABSENT, new OperatorEffect.MarkAbsent())",
                                ".ignore(State.PLACING, Event.DEST_DIED)")
                        .caughtBy(CONVERGES)
                        .first(Workload.MASS_BOOTSTRAP, Workload.ROLLING_RESTART),
                DEST_DEATH_EARLY.masked("O11b", "whoever is bound to a dead node is found by looking again"),
                SeededBug.of(
                                "O11b",
                                "the death of a move's destination is ignored while the origin stops, and nobody looks"
                                        + " again")
                        .and(DEST_DEATH_EARLY)
                        .in("Maintainer", "memberWatch.reconcile(nowMillis);", "")
                        .caughtBy(CONVERGES)
                        .first(Workload.ROLLING_RESTART, Workload.SWARM),
                SeededBug.of("O12", "the death of a move's origin is ignored")
                        .in(
                                MOVE,
                                ".on(State.REMOVE_ORIGIN, Event.ORIGIN_DIED, State.ADD_DESTINATION,"
                                        + " Effect.BIND_TO_DESTINATION)",
                                ".ignore(State.REMOVE_ORIGIN, Event.ORIGIN_DIED)")
                        .caughtBy(CONVERGES)
                        .first(Workload.ROLLING_RESTART, Workload.SWARM),
                SeededBug.of("O13", "an aborted move is absent before its origin has stopped")
                        .in(
                                MOVE,
                                ".on(State.REMOVE_ORIGIN, Event.DEST_DIED, State.ABORT_REMOVE_ORIGIN)",
                                ".on(State.REMOVE_ORIGIN, Event.DEST_DIED, State.ABSENT, Effect.MARK_ABSENT)")
                        .caughtBy(ONE_WRITER)
                        .first(Workload.ROLLING_RESTART, Workload.SWARM),
                SeededBug.of("O14", "commands of operators are not repeated")
                        .in(
                                EXECUTION,
                                "boolean stuck = operator.takeStuckReport(nowMillis, timings);"
                                        + " sendOutstanding(operator, nowMillis);",
                                "boolean stuck = operator.takeStuckReport(nowMillis, timings);")
                        .caughtBy(CONVERGES)
                        .first(Workload.PARTITIONS),
                LOOKS_NOWHERE.masked(
                        "O15b",
                        "planners name the place that their snapshot has, and people are told when they are wrong"),
                SeededBug.of("O17", "R2: the operator of a dropped table goes on")
                        .in(
                                CONTROLLER,
                                "execution.drive(former, new OperatorEvent.TaskRemoved(), nowMillis);",
                                "continue;")
                        .caughtBy(REGISTRY_CONSISTENT, NOTHING_THROWS, CONVERGES)
                        .first(Workload.TABLE_STORM),
                HALF_PLACED.masked("O18b", "the dispatcher is an orphan then, and orphans are removed"),
                SeededBug.of("O18b", "a half-placed dispatcher of a dropped table is not removed, nor are orphans")
                        .and(HALF_PLACED)
                        .and(ORPHANS_STAY)
                        .caughtBy(CONVERGES)
                        .first(Workload.TABLE_STORM),
                SeededBug.of(
                                "O18c",
                                "a half-placed dispatcher of a dropped table is not removed, orphans are, even"
                                        + " while removing")
                        .and(HALF_PLACED)
                        .in(
                                "StatusReconciler",
                                "&& !operators.isInFlight(status.dispatcher())"
                                        + " && lifecycle.allows(LifecycleAction.SELF_HEAL);",
                                "&& !operators.isInFlight(status.dispatcher());")
                        .caughtBy(NOTHING_FOR_THE_GATE)
                        .first(Workload.TABLE_STORM),
                ORPHANS_STAY.masked(
                        "O18b",
                        "none arises: removals are driven to their end, and bootstrap finds what is too" + " much"),
                LEAVING_NOT_FOUND.masked("O19b", "the dispatcher is an orphan then, and orphans are removed"),
                SeededBug.of(
                                "O19b",
                                "a removal that was taken up is not found when its table is dropped, and orphans stay")
                        .and(LEAVING_NOT_FOUND)
                        .and(ORPHANS_STAY)
                        .caughtBy(CONVERGES)
                        .within(3_000)
                        .first(Workload.TABLE_STORM),
                AGAIN_AT_ONCE.masked("O20c", "planners take their time, and leave alone what was refused"),
                SeededBug.of("O21", "a balanced cluster is balanced again")
                        .in("Balancing", "return most - least <= 1;", "return false;")
                        .in(
                                "Balancing",
                                "eligible.get(i).share = shares[i];",
                                "eligible.get(i).share = shares[(int) ((i + snapshot.round()) % shares.length)];")
                        .caughtBy(CONVERGES)
                        .first(Workload.STEADY),
                DRIVEN_PLANNED.masked("O04c", "plans are checked before they are admitted, and operators one by one"),
                SeededBug.of("O23", "A2: ended operators are finalized later, and deletions overtake them")
                        .and(FINALIZED_LATER)
                        .caughtBy(OPERATORS_CONSISTENT, NOTHING_THROWS, CONVERGES, REGISTRY_CONSISTENT)
                        .first(Workload.TABLE_STORM),
                SeededBug.of("O27", "words about what ran there before count, for operators and for spans")
                        .and(AHEAD)
                        .and(HEALS_EARLY)
                        .first(Workload.LATE_WORDS)
                        .caughtBy(ONE_WRITER),
                AHEAD.masked("O27", "what is about a placed span is stopped before it reaches operators"),
                HEALS_EARLY.masked("O27", "operators do not listen to it"),
                SeededBug.of("O24", "M1, R1: ended operators are finalized later, and deaths overtake them")
                        .and(FINALIZED_LATER)
                        .and(NOT_REVALIDATED)
                        .caughtBy(OPERATORS_CONSISTENT, CONVERGES, NOTHING_THROWS, CHECKPOINT_HONEST)
                        .first(Workload.ROLLING_RESTART),
                SeededBug.of(
                                "O04c",
                                "A1: two operators for one dispatcher are admitted, planners see those that have one, and plans are not checked")
                        .and(NOT_ONE_PER_DISPATCHER)
                        .and(DRIVEN_PLANNED)
                        .in("PlanningSession", "if (!grave.isEmpty()) {", "if (grave.size() < 0) {")
                        .caughtBy(NOTHING_THROWS)
                        .first(Workload.LATE_WORDS, Workload.SWARM),
                SeededBug.of(
                                "O05c",
                                "M2: a state that is not terminal counts as the end at the origin, and workers say that what ends has yet to begin")
                        .and(ANY_BUT_WORKING)
                        .in(
                                "HostedDispatcher",
                                "return new DispatcherStatus(id(), state, checkpointTs());",
                                "return new DispatcherStatus(id(), closing ? ComponentState.INITIALIZING : state, checkpointTs());")
                        .in(
                                "HostedDispatcher",
                                "return state == ComponentState.WORKING;",
                                "return state == ComponentState.WORKING;")
                        .caughtBy(ONE_WRITER)
                        .first(Workload.STEADY, Workload.SWARM),
                SeededBug.of(
                                "O15b",
                                "M4: a move does not look where the span is, and people are wrong about it and are not told")
                        .and(LOOKS_NOWHERE)
                        .in(
                                "SimulatedCluster",
                                "dispatcher.node().id(), target.id(), BY_HAND",
                                "members().get(0).id(), target.id(), BY_HAND")
                        .in(
                                "Incidents",
                                "case MOVE -> cluster.move(changefeed, node.id());",
                                "case MOVE -> cluster.moveByHand(changefeed, node, MOST_BY_HAND);")
                        .in(
                                "ManualPlans",
                                "if (isOutdated(number, \"the request\", plan)) {",
                                "if (plan.decisions().isEmpty()) {")
                        .caughtBy(ONE_WRITER)
                        .first(Workload.STEADY),
                SeededBug.of(
                                "O20c",
                                "refused decisions are planned again at once, by planners that are quick, and restless even in calm")
                        .and(AGAIN_AT_ONCE)
                        .in("Planners", "if (!faults.isRestless()) {", "if (!faults.areOn()) {")
                        .in(
                                "SimulatedPlanning",
                                "timeline.below(LATE_MILLIS) : faults.travel();",
                                "timeline.below(LATE_MILLIS) : 1;")
                        .caughtBy(NO_BUSY_LOOP)
                        .first(Workload.MASS_BOOTSTRAP));
    }
}
